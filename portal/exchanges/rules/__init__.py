"""The rules of an exchange: terms, stay, eligibility, lump sum, commitment, closing, quotas.

Pure functions of plain values. Every number is a term of a dated row; the constants in `terms` are
the first edition's, with their source.
"""
