"""The rules of organisations: names, identifiers, identity, places."""
