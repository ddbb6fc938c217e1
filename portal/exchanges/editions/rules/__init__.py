"""The rules of editions: what each value means, what a draft may say, what a replay finds.

Pure functions of plain values.
"""
