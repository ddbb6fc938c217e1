"""Commands for operators, thin: each parses, builds an actor, calls an operation and prints."""
