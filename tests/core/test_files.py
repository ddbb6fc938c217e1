import io
import zipfile

import pytest

from portal.core import files
from portal.core.errors import RuleBroken

PDF = b"%PDF-1.7\n1 0 obj\nendobj\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n....IEND\xaeB`\x82"
JPEG = b"\xff\xd8\xff\xe0....\xff\xd9"


def an_archive(*names: str, content: bytes = b"<x/>", method: int = zipfile.ZIP_STORED) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        for name in names:
            archive.writestr(name, content)
    return packed.getvalue()


DOCX = an_archive("[Content_Types].xml", "word/document.xml")
XLSX = an_archive("[Content_Types].xml", "xl/workbook.xml")


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (PDF, files.PDF),
        (PNG, files.PNG),
        (JPEG, files.JPEG),
        (DOCX, files.DOCX),
        (XLSX, files.XLSX),
        (b"", None),
        (b"MZ\x90\x00", None),
        (b"<html><script>alert(1)</script></html>", None),
        (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', None),
        (b"#!/bin/sh\n", None),
        (b"GIF89a", None),
        (PDF.removesuffix(b"%%EOF\n"), None),
        (PNG[:-4], None),
        (b"PK\x03\x04broken", None),
        (an_archive("hello.txt"), None),
        (an_archive("word/document.xml", "word/vbaProject.bin"), None),
        (an_archive("word/document.xml", "../../etc/passwd"), None),
        (an_archive("word/document.xml", "/etc/passwd"), None),
        (an_archive("word/document.xml", *(f"part{n}.xml" for n in range(1001))), None),
    ],
)
def test_the_kind_of_a_file_is_told_from_its_content(content, media_type):
    assert files.sniff(content) == media_type


def test_a_bomb_is_refused_without_being_unpacked():
    bomb = an_archive(
        "word/document.xml", content=b"\0" * (101 * 1024 * 1024), method=zipfile.ZIP_DEFLATED
    )

    assert len(bomb) < files.LARGEST
    assert files.sniff(bomb) is None


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Rapport d’été.pdf", "Rapport-dete.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\x\\Report final.PDF", "Report-final.pdf"),
        ("x.php.pdf", "x-php.pdf"),
        ("Ελένη.pdf", "document.pdf"),
        ('a"; filename=evil.exe', "a-filename-evil.pdf"),
        ("a\r\nSet-Cookie: x=1", "a-Set-Cookie-x-1.pdf"),
        ("", "document.pdf"),
        ("x" * 500 + ".pdf", "x" * 80 + ".pdf"),
    ],
)
def test_the_name_given_back_is_harmless(given, kept):
    assert files.safe_name(given, ".pdf") == kept


def test_an_upload_is_kept_with_its_checksum(session):
    kept = files.keep(PDF, "../évidence.exe", uploaded_by_id=None)

    assert kept.name == "evidence.pdf"
    assert (kept.media_type, kept.size) == (files.PDF, len(PDF))
    assert len(kept.sha256) == 64
    session.commit()
    assert session.get_one(files.StoredFile, kept.id).content == PDF


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"%PDF-" + b"x" * files.LARGEST, "larger than 10 MB"),
        (b"<svg/>", "not accepted"),
    ],
)
def test_a_refused_upload_says_why_and_where(session, content, words):
    with pytest.raises(RuleBroken) as refused:
        files.keep(content, "x.pdf", uploaded_by_id=None, field="evidence")

    (fault,) = refused.value.faults
    assert words in str(fault.message)
    assert fault.field == "evidence"
