"""What `python app.py …` does."""

import os
from collections.abc import Sequence

from flask.cli import FlaskGroup

from portal.cli import demo


def run(arguments: Sequence[str]) -> None:
    """Build and serve the demonstration for `demo`; hand everything else to flask."""
    if arguments and arguments[0] == "demo":
        demo.command.main(args=list(arguments[1:]), prog_name="app.py demo", standalone_mode=False)
        return
    os.environ.setdefault("FLASK_APP", "app:create_app")
    FlaskGroup().main(args=list(arguments) or ["--help"], prog_name="app.py")
