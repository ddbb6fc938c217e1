"""Every rule of ClusterXchange, and every vector the domain gives for them, is a test by its name.

The names are read, not run: a test of CXC-E07 is called `test_cxc_e07_…`, one of two rules
`test_cxc_d02_and_d06_…`. Vectors are parameters of their test, numbered as in the domain.
"""

import ast
import re
from collections.abc import Iterator
from itertools import chain

from tests.architecture.source import ROOT
from tests.exchanges import test_lump_sum, test_quota

#: The last number of each table: eligibility (2.3), duration (2.4), lump sum (2.5), deadlines
#: (2.6), counting (2.10).
TABLES = {"E": 11, "D": 7, "L": 9, "T": 5, "K": 8}
#: Where visits are tested, and the money they earn.
ROOMS = ("exchanges", "payments")


def names() -> Iterator[str]:
    """The names of all tests of rules."""
    for path in chain(*((ROOT / "tests" / room).rglob("test_*.py") for room in ROOMS)):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_cxc_"):
                yield node.name


def test_every_rule_of_the_tables_is_a_test_by_its_name():
    asked = {f"{table}{n:02}" for table, last in TABLES.items() for n in range(1, last + 1)}

    named = {rule.upper() for name in names() for rule in re.findall(r"_([edltk]\d\d)(?=_)", name)}

    assert named == asked


def test_every_vector_of_the_lump_sum_and_of_the_quota_is_tested_by_its_number():
    paid = [vector.number for vector in test_lump_sum.PAID]
    refused = [vector[0] for vector in test_lump_sum.REFUSED]

    assert sorted(paid + refused) == list(range(1, 16))
    assert len(test_quota.VECTORS) == 6
