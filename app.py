"""The door: `create_app` for a WSGI server; `python app.py demo` and commands for people."""

import sys

from portal.cli.run import run
from portal.factory import create_app

__all__ = ["create_app"]

if __name__ == "__main__":
    run(sys.argv[1:])
