"""Every migration goes up and down, and the last one leads exactly to the models."""

import ast
import re

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect

from portal.core.db import Base, prepare_engine
from tests.database import ROOT, alembic_config
from tests.migrations.schema import differences, schema_of

VERSIONS = sorted((ROOT / "migrations/versions").glob("*.py"))


@pytest.fixture
def empty(committed):
    """The test's own database, brought back to nothing."""
    command.downgrade(alembic_config(), "base")
    return committed


def structure(engine):
    with engine.connect() as connection:
        return schema_of(connection)


def test_migrated_and_created_databases_are_the_same(committed, tmp_path, request):
    migrated = structure(committed.engine)

    if committed.kind == "sqlite":
        created = create_engine(f"sqlite:///{tmp_path / 'created.sqlite'}")
    else:
        server = request.getfixturevalue("_postgres")
        name = server.create()
        created = create_engine(server.url(name))
    prepare_engine(created)
    with created.begin() as connection:
        Base.metadata.create_all(connection)
    wanted = structure(created)
    created.dispose()
    if committed.kind != "sqlite":
        server.drop(name)

    assert not differences(migrated, wanted), "\n".join(differences(migrated, wanted))


def test_alembic_sees_nothing_left_to_do(committed):
    with committed.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})

        left = compare_metadata(context, Base.metadata)

    assert left == []


def test_each_migration_goes_down_and_up_again(committed):
    script = ScriptDirectory.from_config(alembic_config())
    revisions = [revision.revision for revision in script.walk_revisions()]
    wanted = structure(committed.engine)

    for _ in revisions:
        before = structure(committed.engine)
        command.downgrade(alembic_config(), "-1")
        command.upgrade(alembic_config(), "+1")
        again = differences(before, structure(committed.engine))
        assert not again, "\n".join(again)
        command.downgrade(alembic_config(), "-1")

    command.upgrade(alembic_config(), "head")
    assert not differences(wanted, structure(committed.engine))


def test_down_to_the_ground_nothing_is_left(empty):
    with empty.engine.connect() as connection:
        left = set(inspect(connection).get_table_names()) - {"alembic_version"}
        triggers = schema_of(connection)["triggers"]

    assert not left
    assert not triggers


def test_there_is_one_head():
    assert len(ScriptDirectory.from_config(alembic_config()).get_heads()) == 1


@pytest.mark.parametrize("path", VERSIONS, ids=[path.stem for path in VERSIONS])
def test_a_migration_is_numbered_explained_and_goes_both_ways(path):
    tree = ast.parse(path.read_text())
    names = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}

    assert re.fullmatch(r"\d{4}_[a-z0-9_]+", path.stem)
    assert ast.get_docstring(tree)
    assert {"upgrade", "downgrade"} <= names


def test_migrations_are_numbered_without_a_gap():
    assert [int(path.stem[:4]) for path in VERSIONS] == list(range(1, len(VERSIONS) + 1))
