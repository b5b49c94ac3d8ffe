"""LibreOffice writes what the other way cannot show; it never keeps anybody waiting longer than it may."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from app.documents.renditions import limited, office
from app.documents.renditions.defects import Refused
from app.documents.renditions.kinds import kind_of, sample
from tests.documents.docx_files import changed, docx, pages_of, text_of
from tests.documents.test_renditions import NOW, ROOT
from tests.jobs.test_killed import until

installed = pytest.mark.skipif(
    office.program() is None, reason="LibreOffice is not installed (Debian: libreoffice-writer-nogui)"
)
_BOX = (
    "<w:p><w:r><w:pict xmlns:v='urn:schemas-microsoft-com:vml'><v:shape style='width:300pt;height:60pt'><v:textbox>"
    "<w:txbxContent><w:p><w:r><w:t>В рамке: {{ приказ.о_чём }}</w:t></w:r></w:p></w:txbxContent>"
    "</v:textbox></v:shape></w:pict></w:r></w:p><w:sectPr"
)
_HANGS = """#!/bin/sh
sleep 600 &
echo $$ $! > {pids}
wait
"""
"""As `soffice` does it: a script that starts the program, which holds the script's output open."""


def _boxed() -> bytes:
    return changed(docx("Снаружи"), {"word/document.xml": lambda text: text.replace("<w:sectPr", _BOX, 1)})


@installed
def test_the_text_of_a_box_stands_in_the_pdf() -> None:
    made = limited.make(_boxed(), {"приказ": {"о_чём": "О курсах"}}, NOW)
    assert made.made_with == "LibreOffice"
    assert text_of(made.pdf).split() == ["Снаружи", "В", "рамке:", "О", "курсах"]
    assert pages_of(made.pdf) == 1
    assert b"pdfaid" in made.pdf


@installed
def test_both_ways_break_pages_alike_and_say_the_same() -> None:
    rows = [
        ["№", "Имя"],
        ["{%tr for с in список %}", ""],
        ["{{ loop.index }}", "{{ с.название }}"],
        ["{%tr endfor %}", ""],
    ]
    long = docx("Список", rows=rows)
    listed = {"список": [{"название": f"Слушатель {number}"} for number in range(1, 81)]}
    order = (ROOT / "forms" / "documents" / "order.docx").read_bytes()
    for template, facts in ((long, listed), (order, sample(kind_of("order")))):
        made = limited.make(template, facts, NOW)
        assert made.made_with == "typst"
        other = office.convert(made.docx)
        assert pages_of(other) == pages_of(made.pdf)
        assert _letters(other) == _letters(made.pdf)


def _letters(pdf: bytes) -> list[str]:
    """What is written, wherever a line or a page breaks."""
    return sorted(re.sub(r"\W|\s", "", text_of(pdf)))


def test_a_program_that_hangs_is_killed_with_all_that_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pids = tmp_path / "pids"
    program = tmp_path / "soffice"
    program.write_text(_HANGS.format(pids=pids))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setattr(office, "SECONDS", 3)
    with pytest.raises(Refused) as refused:
        office.convert(docx("x"))
    assert [one.code for one in refused.value.defects] == ["timed_out"]
    started = pids.read_text().split()
    assert len(started) == 2
    until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in started), 10)


def test_a_template_is_tried_without_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    used = tmp_path / "used"
    program = tmp_path / "soffice"
    program.write_text(f"#!/bin/sh\ntouch {used}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setattr(limited, "_child", limited._Child())
    kind = kind_of("order")
    try:
        found = limited.check(_boxed(), kind.root(), sample(kind))
        assert [one.code for one in found] == ["unsupported_drawing"]
        assert not used.exists()
        with pytest.raises(Refused):
            limited.make(_boxed(), {}, NOW)
        assert used.exists(), "a document is written by it"
    finally:
        limited._child.stop()
