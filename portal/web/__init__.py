"""Plumbing for pages: sessions, transactions, forms, errors, headers, menu; knows no business
domain.
"""
