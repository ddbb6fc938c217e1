"""Uploads: size, type told from the content, checksum, and a safe name to give back.

Contents live in the database, in the same transaction as the row that refers to them: no orphan on
disk, no row without its file, one backup for both.
"""

import hashlib
import re
import unicodedata
import zipfile
from io import BytesIO

from sqlalchemy import BigInteger, CheckConstraint, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import clock
from portal.core.columns import BigKey, Key, Moment
from portal.core.db import Base, db
from portal.core.errors import Fault, RuleBroken
from portal.core.i18n import _

#: Largest upload, in bytes (quality S11).
LARGEST = 10 * 1024 * 1024
#: Office files are archives: what they may unpack to, and how many parts they may have (S11).
LARGEST_UNPACKED = 100 * 1024 * 1024
MOST_PARTS = 1000

PDF = "application/pdf"
PNG = "image/png"
JPEG = "image/jpeg"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ENDINGS = {PDF: ".pdf", PNG: ".png", JPEG: ".jpg", DOCX: ".docx", XLSX: ".xlsx"}
_OFFICE = {"word/document.xml": DOCX, "xl/workbook.xml": XLSX}


class StoredFile(Base):
    """One uploaded or generated file; its rights are those of the thing it belongs to."""

    __tablename__ = "stored_file"
    __table_args__ = (CheckConstraint("size > 0", name="not_empty"),)

    id: Mapped[Key]
    #: The name given back on download; never a path, never taken as typed.
    name: Mapped[str] = mapped_column(String(120))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    uploaded_by_id: Mapped[int | None] = mapped_column(BigKey)
    uploaded_at: Mapped[Moment]


def keep(
    content: bytes, name: str, *, uploaded_by_id: int | None, field: str | None = None
) -> StoredFile:
    """Store an upload after checking it; raises `RuleBroken` on size or content, naming `field`.

    The type is told from the first bytes, not from the name or the browser: PDF, PNG, JPEG, DOCX or
    XLSX without macros.
    """
    media_type = _checked_type(content, field)
    return keep_generated(
        content, safe_name(name, ENDINGS[media_type]), media_type, made_by_id=uploaded_by_id
    )


def keep_generated(
    content: bytes, name: str, media_type: str, *, made_by_id: int | None
) -> StoredFile:
    """Store a file the portal made itself (a receipt, an agreement)."""
    file = StoredFile(
        name=name,
        media_type=media_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
        uploaded_by_id=made_by_id,
        uploaded_at=clock.now(),
    )
    db.session.add(file)
    db.session.flush()
    return file


def safe_name(name: str, ending: str) -> str:
    """A harmless file name that still resembles what was given: no path, no control or odd sign."""
    last = re.split(r"[\\/]", name)[-1]
    base = last.rpartition(".")[0] or last
    plain = unicodedata.normalize("NFKD", base).encode("ascii", "ignore").decode()
    return (re.sub(r"[^A-Za-z0-9]+", "-", plain).strip("-")[:80] or "document") + ending


def _checked_type(content: bytes, field: str | None) -> str:
    if not content:
        raise RuleBroken(Fault(_("The file is empty."), field, "S11"))
    if len(content) > LARGEST:
        raise RuleBroken(Fault(_("The file is larger than 10 MB."), field, "S11"))
    media_type = sniff(content)
    if media_type is None:
        raise RuleBroken(
            Fault(
                _("This kind of file is not accepted. Send a PDF, PNG, JPEG, DOCX or XLSX file."),
                field,
                "S11",
            )
        )
    return media_type


def sniff(content: bytes) -> str | None:
    """The media type the content shows, or None when it is none of those accepted."""
    if content.startswith(b"%PDF-") and b"%%EOF" in content[-2048:]:
        return PDF
    if content.startswith(b"\x89PNG\r\n\x1a\n") and content.rstrip(b"\x00").endswith(
        b"IEND\xaeB`\x82"
    ):
        return PNG
    if content.startswith(b"\xff\xd8\xff") and content.rstrip(b"\x00").endswith(b"\xff\xd9"):
        return JPEG
    if content.startswith(b"PK\x03\x04"):
        return _office_type(content)
    return None


def _office_type(content: bytes) -> str | None:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OverflowError):
        return None
    names = {part.filename for part in parts}
    unpacked = sum(part.file_size for part in parts)
    hostile = any(name.startswith("/") or ".." in name or "vbaProject" in name for name in names)
    if hostile or len(parts) > MOST_PARTS or unpacked > LARGEST_UNPACKED:
        return None
    return next((kind for name, kind in _OFFICE.items() if name in names), None)
