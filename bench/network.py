"""Exactly once over a lying network: the same key, the same answer, the work done once.

    python -m bench.network [--requests 2000] [--database sqlite|postgresql]

Forms that move budget are sent with a fault at each point in turn: the process dies before the
commit, or after it; the answer is cut; copies arrive together, or late; other values come under the
same key. Afterwards each amount was moved once, and books, trail and keys agree.
"""

import argparse
import logging
import sys
import tempfile
import time
from pathlib import Path

from bench.crash import a_database
from portal.core.db import db
from portal.factory import create_app
from tests.client import PortalClient
from tests.conftest import test_settings
from tests.web.lying import Fault, lie


def main() -> None:
    """Lie, check and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=2000)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as folder:
        app = create_app(test_settings(Path(folder)))
        app.testing, app.test_client_class = True, PortalClient
        logging.getLogger("portal").setLevel(logging.ERROR)
        with a_database(app, Path(folder), given.database):
            began = time.monotonic()
            lies = lie(app, db.engine, given.requests)
            seconds = time.monotonic() - began
    print(
        f"{given.database}: {lies.requests} requests, {lies.forms} forms with "
        f"{len(Fault)} faults in turn, {len(lies.problems)} problems; {seconds:.0f} s"
    )
    for problem in lies.problems:
        print(problem)
    sys.exit(1 if lies.problems else 0)


if __name__ == "__main__":
    main()
