"""Registers every group of commands with flask."""

from flask import Flask

from portal.cli import (
    audit,
    database,
    exchanges,
    groups,
    i18n,
    keys,
    ledger,
    matches,
    outbox,
    people,
    profiles,
    seed,
    surveys,
    vouchers,
)

GROUPS = (
    database.group,
    i18n.group,
    seed.group,
    people.group,
    outbox.group,
    keys.group,
    audit.group,
    ledger.group,
    exchanges.group,
    vouchers.group,
    profiles.group,
    matches.group,
    surveys.group,
    groups.group,
)


def init_commands(app: Flask) -> None:
    """Make the commands known to `flask`."""
    for group in GROUPS:
        app.cli.add_command(group)
