"""DOCX templates: what is refused and in which words, what is written, what a hostile file may not do."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import force_locale

from app.documents.renditions import limited, numbering
from app.documents.renditions.defects import Refused
from app.documents.renditions.kinds import kind_of, kinds, sample
from tests.documents.docx_files import changed, docx, pages_of, text_of

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "forms" / "documents").glob("*.docx"))
NOW = datetime(2026, 4, 6, 9, tzinfo=UTC)
WORDS = "xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'"


def words_of(content: bytes, name: str = "order") -> list[str]:
    """What is wrong with a template, in Russian."""
    kind = kind_of(name)
    with force_locale("ru"):
        return [one.text() for one in limited.check(content, kind.root(), sample(kind))]


def test_there_is_a_template_for_every_kind() -> None:
    assert [path.stem for path in TEMPLATES] == sorted(kinds())


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_our_templates_name_known_fields_and_become_pdf(app: Flask, path: Path) -> None:
    kind, content = kind_of(path.stem), path.read_bytes()
    with app.app_context():
        assert words_of(content, path.stem) == []
    made = limited.make(content, sample(kind), NOW)
    text = text_of(made.pdf)
    assert made.made_with == "typst"
    assert made.pdf.startswith(b"%PDF-1.7")
    assert b"pdfaid:part" in made.pdf or b"pdfaid" in made.pdf
    assert pages_of(made.pdf) == (2 if path.stem == "regulation" else 1), "steps, tables and forms need a second page"
    assert not re.search(r"[{}]|None|Undefined", text)
    assert re.sub(r"<[^>]+>", "", made.html)[:40].strip()
    again = limited.make(content, sample(kind), NOW)
    assert again.pdf == made.pdf


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_our_templates_are_written_from_nothing_too(path: Path) -> None:
    text = text_of(limited.make(path.read_bytes(), {}, NOW).pdf)
    assert not re.search(r"[{}]|None|Undefined", text)


@pytest.mark.parametrize(("tag", "words"), [
    ("{{ приказ.о_чем }}", "Неизвестное поле «приказ.о_чем»"),
    ("{{ фамилия }}", "Неизвестное поле «фамилия»"),
    ("{{ приказ }}", "«приказ» – это группа полей: укажите, какое из них, например «приказ.о_чём»"),
    ("{{ список }}", "«список» – это список"),
    ("{% for x in приказ %}{% endfor %}", "«приказ» – не список"),
    ("{% for x in список %}{{ x.имя }}{% endfor %}", "Неизвестное поле «x.имя»"),
    ("{% if приказ.текст %}да", "Ошибка в теге"),
    ("{{ приказ.текст", "Ошибка в теге"),
    ("{{ приказ.текст|shout }}", "Неизвестный фильтр «shout»"),
    ("{{ приказ.__class__ }}", "«приказ.__class__» в шаблоне не разрешено"),
    ("{{ ''.join(список) }}", "не разрешено"),
    ("{{ 9**9**9 }}", "«pow» в шаблоне не разрешено"),
    ("{% for x in range(10) %}{% endfor %}", "не разрешено"),
    ("{% set x = 1 %}", "не разрешено"),
    ("{% include 'x' %}", "не разрешено"),
    ("{{ документ['ном'] }}", "Неизвестное поле «документ.ном»"),
])  # fmt: skip
def test_a_wrong_tag_is_named_wherever_it_stands(app: Flask, tag: str, words: str) -> None:
    with app.app_context():
        for content in (docx("До", tag), docx("x", header=tag), docx("x", rows=[["a", tag]]), docx("x", title=tag)):
            found = words_of(content)
            assert any(words in text for text in found), found


def test_every_wrong_field_is_named_at_once(app: Flask) -> None:
    with app.app_context():
        found = words_of(docx("{{ один }} {{ два.три }}", "{{ один }}"))
    assert [re.findall("«([^»]*)»", text)[0] for text in found] == ["один", "два.три"]


def test_keys_of_a_form_are_checked_when_the_form_is_known(app: Flask) -> None:
    kind = kind_of("some_kind")
    content = docx("{{ форма.subject }} {{ форма.nothing }}")
    known = limited.check(content, kind.root(frozenset({"subject"})), sample(kind))
    assert [one.params["name"] for one in known] == ["форма.nothing"]
    assert limited.check(content, kind.root(), sample(kind)) == []


EXTERNAL = "<Relationship Id='rX' Type='http://x/{kind}' Target='{target}' TargetMode='External'/></Relationships>"


def _linked(kind: str, target: str) -> bytes:
    part = "word/_rels/document.xml.rels"
    link = EXTERNAL.format(kind=kind, target=target)
    return changed(docx("x"), {part: lambda text: text.replace("</Relationships>", link)})


def _field(instruction: str) -> bytes:
    tag = f'<w:p><w:fldSimple w:instr="{instruction}"/></w:p><w:sectPr'
    return changed(docx("x"), {"word/document.xml": lambda text: text.replace("<w:sectPr", tag, 1)})


@pytest.mark.parametrize(("content", "words"), [
    (b"PK\x03\x04 no archive", "не документ Word"),
    (b"", "не документ Word"),
    (b"%PDF-1.4", "не документ Word"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 600, "старого формата"),
    (b"0" * 5_000_001, "больше 5 МБ"),
    (changed(docx("x"), {"word/vbaProject.bin": "macro"}), "есть макросы"),
    (changed(docx("x"), {"[Content_Types].xml": lambda text: text.replace("document.main", "template.main")}),
     "не документ Word"),
    (changed(docx("x"), {"word/embeddings/sheet.xlsx": "x"}), "sheet.xlsx"),
    (_linked("attachedTemplate", "file:///C:/evil.dotm"), "file:///C:/evil.dotm"),
    (_linked("image", "http://example.org/spy.png"), "http://example.org/spy.png"),
    (_linked("hyperlink", "https://example.org/"), "https://example.org/"),
    (_field("INCLUDEPICTURE http://x/y.png"), "INCLUDEPICTURE"),
    (_field(" DDEAUTO c:\\cmd.exe"), "DDEAUTO"),
    (changed(docx("x"), {"word/document.xml": lambda text: text.replace(
        "<w:document", "<!DOCTYPE w [<!ENTITY a 'b'>]><w:document", 1)}), "сущности"),
    (changed(docx("x"), {"word/document.xml": lambda text: text[:-20]}), "повреждён"),
])  # fmt: skip
def test_an_unsafe_or_wrong_file_is_refused_with_its_reason(app: Flask, content: bytes, words: str) -> None:
    with app.app_context():
        found = words_of(content)
    assert any(words in text for text in found), found


def test_an_archive_that_swells_is_refused_before_it_is_unpacked(app: Flask) -> None:
    bomb = changed(docx("x"), {"word/media/zeros.xml": "0" * 70_000_000})
    assert len(bomb) < 200_000
    with app.app_context():
        assert any("слишком велик" in text for text in words_of(bomb))


def test_a_text_box_is_a_warning_because_its_text_would_be_missing(app: Flask) -> None:
    box = f"<w:p><w:r><w:pict><w:txbxContent {WORDS}><w:p/></w:txbxContent></w:pict></w:r></w:p><w:sectPr"
    content = changed(docx("x"), {"word/document.xml": lambda text: text.replace("<w:sectPr", box, 1)})
    kind = kind_of("order")
    found = limited.check(content, kind.root(), sample(kind))
    assert [(one.code, one.is_error) for one in found] == [("unsupported_drawing", False)]


def test_a_template_that_multiplies_is_stopped_in_time() -> None:
    loops = "".join("{% for x in список %}" for _ in range(9)) + "я" + "{% endfor %}" * 9
    facts = {"список": [{"название": str(number)} for number in range(300)]}
    began = time.monotonic()
    with pytest.raises(Refused) as refused:
        limited.make(docx(loops), facts, NOW, seconds=1)
    assert refused.value.defects[0].code in ("timed_out", "failed")
    assert time.monotonic() - began < 150
    assert "жива" in text_of(limited.make(docx("Программа жива"), {}, NOW).pdf)


def test_facts_are_text_and_never_tags_or_markup() -> None:
    facts = {"приказ": {"о_чём": "{{ документ.номер }} <w:p/> & {% for %}\x00\x0bконец\nстрока"}}
    made = limited.make(docx("{{ приказ.о_чём }}"), facts, NOW)
    assert "{{ документ.номер }} <w:p/> & {% for %}конец строка" in text_of(made.pdf)
    assert "&lt;w:p/&gt;" in made.html
    assert "<script" not in limited.make(docx("{{ приказ.о_чём }}"), {"приказ": {"о_чём": "<script>x"}}, NOW).html


def test_tables_lists_and_page_numbers_are_drawn() -> None:
    rows = [
        ["№", "Имя"],
        ["{%tr for с in список %}", ""],
        ["{{ loop.index }}", "{{ с.название }}"],
        ["{%tr endfor %}", ""],
    ]
    facts = {"список": [{"название": f"Слушатель {number}"} for number in range(1, 121)]}
    made = limited.make(docx("Список", rows=rows), facts, NOW)
    text = text_of(made.pdf)
    assert pages_of(made.pdf) > 1
    assert "Слушатель 1 " in text
    assert "Слушатель 120" in text
    assert made.html.count("<tr>") == 121


def test_labels_of_lists_are_counted_as_word_does() -> None:
    names = ("decimal", "russianLower", "upperRoman", "lowerLetter", "none")
    assert [numbering._counted(4, name) for name in names] == ["4", "г", "IV", "d", ""]
    item = _numbered("один") + "<w:p>"
    listed = changed(docx("x"), {"word/document.xml": lambda text: text.replace("<w:p>", item, 1)})
    assert "1. один" in text_of(limited.make(listed, {}, NOW).pdf)


def _numbered(words: str) -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="ListNumber"/></w:pPr><w:r><w:t>{words}</w:t></w:r></w:p>'
