"""PDF documents for people: `build` turns a story made of `pieces` into bytes.

The same story gives the same bytes, so that checksums mean something. One embedded font family
prints Latin, Greek and Cyrillic; a character it lacks is an error, never a gap. What people
typed is printed literally, whatever markup it contains. The documents have no tag tree, so each
needs its content offered as a page or a CSV beside it.
"""

from portal.core.pdf.layout import MissingGlyph, build, unprintable

__all__ = ["MissingGlyph", "build", "unprintable"]
