"""Uploads: names, sizes, types by their bytes; downloads by policy."""

from __future__ import annotations

import io
import os
import time
import zipfile

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from app.files import access, operations, queries, rules, store
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Invalid, NotFound
from tests.web.browsing import Browser
from tests.web.conftest import Open

OWNER, OTHER = Actor("owner", "Owner"), Actor("other", "Other")
PDF = b"%PDF-1.7\n1 0 obj"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 20


def office(*names: str) -> bytes:
    """An archive with these entries."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return target.getvalue()


DOCX = office("[Content_Types].xml", "word/document.xml")


@pytest.mark.parametrize(
    ("given", "clean"),
    [
        ("Диплом № 1.PDF", "Диплом № 1.PDF"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\a.pdf", "a.pdf"),
        ("a\x00b\r\nc.pdf", "abc.pdf"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("...hidden", "hidden"),
        ('a<b>:"|?*c.pdf', "a b c.pdf"),
        ("", "file"),
        ("///", "file"),
        (".pdf", "pdf"),
        ("и" + "\u0306" + ".pdf", "й.pdf"),
    ],
)
def test_names_are_cleaned(given: str, clean: str) -> None:
    assert rules.clean_name(given) == clean


def test_a_long_name_keeps_its_extension() -> None:
    name = rules.clean_name("я" * 500 + ".docx")
    assert len(name) == 150
    assert name.endswith(".docx")


def test_accept_lists_become_known_extensions() -> None:
    assert rules.accepted_extensions(None) == rules.DEFAULT_EXTENSIONS
    assert rules.accepted_extensions(".pdf, .exe, .html") == ("pdf",)
    assert rules.accepted_extensions("image/*") == ("jpg", "jpeg", "png", "gif", "webp")
    assert rules.accepted_extensions("application/pdf") == ("pdf",)
    assert rules.accepted_extensions(".svg,text/html") == ()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", PDF),
        ("a.PDF", b"\n\n" + PDF),
        ("a.png", PNG),
        ("a.jpg", b"\xff\xd8\xff\xe0 JFIF"),
        ("a.jpeg", b"\xff\xd8\xff\xe0 JFIF"),
        ("a.docx", DOCX),
        ("a.xlsx", office("[Content_Types].xml", "xl/workbook.xml")),
        ("a.pptx", office("[Content_Types].xml", "ppt/presentation.xml")),
    ],
)
def test_real_files_are_taken(unit: None, name: str, content: bytes) -> None:
    file = operations.store_file(OWNER, name, io.BytesIO(content))
    assert (file.size, file.uploader) == (len(content), "owner")
    assert store.blob(file.sha256).read_bytes() == content
    assert os.stat(store.blob(file.sha256)).st_mode & 0o111 == 0


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("virus.exe", b"MZ\x90", "не принимаются"),
        ("page.html", b"<html>", "не принимаются"),
        ("picture.svg", b"<svg/>", "не принимаются"),
        ("noextension", PDF, "не принимаются"),
        ("double.pdf.exe", PDF, "не принимаются"),
        ("virus.pdf", b"MZ\x90\x00\x03", "не PDF"),
        ("script.png", b"<script>alert(1)</script>", "не PNG"),
        ("renamed.jpg", PNG, "не JPG"),
        ("archive.docx", office("a.txt"), "не DOCX"),
        ("macro.docx", office("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), "не DOCX"),
        ("broken.docx", b"PK\x03\x04garbage", "не DOCX"),
        ("wrong.docx", office("[Content_Types].xml", "xl/workbook.xml"), "не DOCX"),
        ("empty.pdf", b"", "пуст"),
        ("big.pdf", PDF + b"x" * 20_000_000, "больше 20"),
    ],
)
def test_tricks_are_refused_and_leave_nothing(unit: None, name: str, content: bytes, words: str) -> None:
    before = set(store.blobs())
    with pytest.raises(Invalid, match=words):
        operations.store_file(OWNER, name, io.BytesIO(content))
    assert set(store.blobs()) == before


def test_plain_text_is_text_in_either_encoding_and_no_markup() -> None:
    assert rules.sniffed(io.BytesIO("привет;1\n".encode("cp1251"))) == "txt"
    assert rules.sniffed(io.BytesIO("привет;1\n".encode())) == "txt"
    assert rules.sniffed(io.BytesIO(b"  <!DOCTYPE html><p>")) == ""
    assert rules.sniffed(io.BytesIO(b"\x00\x01\x02")) == ""


def test_the_same_bytes_are_kept_once(unit: None) -> None:
    first = operations.store_file(OWNER, "a.pdf", io.BytesIO(PDF))
    second = operations.store_file(OTHER, "b.pdf", io.BytesIO(PDF))
    assert (first.sha256, first.key != second.key) == (second.sha256, True)
    assert len([path for path in store.blobs() if path.name == first.sha256]) == 1


def test_who_may_download(unit: None) -> None:
    file = operations.store_file(OWNER, "a.pdf", io.BytesIO(PDF))
    assert queries.file_for(OWNER, file.key) is file
    with pytest.raises(NotFound):
        queries.file_for(OTHER, file.key)
    with pytest.raises(NotFound):
        queries.file_for(OWNER, 1)
    access.register("test-object", lambda actor, key: actor.login == "other" and key == "7")
    operations.attach([file.key, 1], "test-object", 8)
    with pytest.raises(NotFound):
        queries.file_for(OTHER, file.key)
    operations.attach_found({"rows": [{"x": queries.reference(file)}]}, "test-object", 7)
    operations.attach([file.key], "test-object", 7)
    assert queries.file_for(OTHER, file.key).name == "a.pdf"
    assert set(queries.readable(OTHER, [file.key, 1])) == {file.key}
    assert queries.readable(Actor("third", "Third"), [file.key]) == {}


def test_sweeping_deletes_only_old_bytes_without_a_row(unit: None) -> None:
    kept = operations.store_file(OWNER, "a.pdf", io.BytesIO(PDF))
    orphan = store.folder() / "incoming-left"
    orphan.write_bytes(b"x")
    old = time.time() - 3 * 86400
    os.utime(orphan, (old, old))
    os.utime(store.blob(kept.sha256), (old, old))
    fresh = store.folder() / "incoming-now"
    fresh.write_bytes(b"y")
    operations.sweep()
    assert not orphan.exists()
    assert store.blob(kept.sha256).exists()
    assert fresh.exists()
    fresh.unlink()


def test_download_over_http(app: Flask, browse: Open) -> None:
    with app.app_context(), db.unit_of_work():
        teacher = Actor("teacher", "T")
        pdf = operations.store_file(teacher, "Отчёт.pdf", io.BytesIO(PDF + b" one")).key
        word = operations.store_file(teacher, "Отчёт.docx", io.BytesIO(DOCX)).key
        picture = operations.store_file(teacher, "a.png", io.BytesIO(PNG)).key
    own, foreign, nobody = browse("teacher"), browse("teacher2"), browse()
    shown = opened(own, pdf)
    assert (shown.status_code, shown.mimetype, shown.data) == (200, "application/pdf", PDF + b" one")
    assert shown.headers["Content-Disposition"].startswith("inline")
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert "private" in shown.headers["Cache-Control"]
    saved = opened(own, word)
    assert saved.headers["Content-Disposition"].startswith("attachment")
    assert "%D0%9E" in saved.headers["Content-Disposition"]
    assert "sandbox" in opened(own, picture).headers["Content-Security-Policy"]
    assert opened(own, pdf, {"If-None-Match": shown.headers["ETag"]}).status_code == 304
    assert opened(foreign, pdf).status_code == 404
    assert opened(own, 1).status_code == 404
    assert opened(own, int("9" * 30)).status_code == 404
    assert opened(nobody, pdf).status_code == 302


def opened(browser: Browser, key: int, headers: dict[str, str] | None = None) -> TestResponse:
    """The answer to a download, read to its end and closed."""
    response = browser.get(f"/files/{key}", headers=headers or {})
    response.get_data()
    response.close()
    return response
