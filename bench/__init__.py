"""What is measured and how: `python -m bench.<name>`; ratios within one run, never absolute times.

Needs requirements-test.txt. The demo story is told into a throw-away database and copied; nothing
touches the instance folder.
"""
