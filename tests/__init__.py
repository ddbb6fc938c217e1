"""The tests of the portal; tests/conftest.py says which fixtures there are."""
