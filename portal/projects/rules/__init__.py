"""Rules of a project: its budget, the share for SMEs, transfers between lines, its agreement."""
