"""The bank test: books add up on every document while money moves.

    python -m bench.books [--seconds 60] [--writers 8] [--readers 4] [--database sqlite|postgresql]

Writers shift budget, owe, sign, send, settle, take back, reject and cancel in small transactions,
each a process; readers sum what the budget page, the book, the CSV, the PDF and a verified document
show them. At the end balances are recounted, postings proved and chains walked.
"""

import argparse
import logging
import sys
import tempfile
from pathlib import Path

from bench.crash import a_database
from portal.factory import create_app
from tests.client import PortalClient
from tests.conftest import test_settings
from tests.reports.bank import run


def main() -> None:
    """Write, read, check and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--writers", type=int, default=8)
    parser.add_argument("--readers", type=int, default=4)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as folder:
        app = create_app(test_settings(Path(folder)))
        app.testing, app.test_client_class = True, PortalClient
        logging.getLogger("portal").setLevel(logging.ERROR)
        with a_database(app, Path(folder), given.database) as url:
            about = {"writers": given.writers, "readers": given.readers, "seconds": given.seconds}
            reads = run(app, url, **about)
    print(
        f"{given.database}: {reads.documents} documents read while {reads.written} transactions "
        f"moved money, {len(reads.problems)} problems"
    )
    for problem in reads.problems:
        print(problem)
    sys.exit(1 if reads.problems else 0)


if __name__ == "__main__":
    main()
