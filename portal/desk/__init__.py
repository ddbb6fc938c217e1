"""The first page: what waits for me, gathered from every room, oldest deadline first; and search
by reference.
"""
