"""The demo story: a small programme told only through operations, under named people and a moving clock."""
