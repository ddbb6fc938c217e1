"""The rules of matching: what is compared, the score, the hard filters, a round as a whole.

Pure functions of plain values. Every number is a constant with its source.
"""
