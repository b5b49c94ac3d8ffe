"""Plain data of a document as PDF/A by typst, whose wheel brings compiler and fonts; pictures of pages for previews.

PDF/A-2a (ISO 19005-2): fonts inside, tagged, text can be found. Of the fonts of Debian only those with the measures of
Times New Roman and Arial are taken (fonts-liberation), so that lines break as in Word; without them typst's own serif
is used.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import typst

PAPER = Path(__file__).with_name("paper.typ")
FONTS = ("/usr/share/fonts/truetype/liberation", "/usr/share/fonts/truetype/liberation2")
STANDARD: Final = "a-2a"


def write(paper: Mapping[str, Any], images: Mapping[str, bytes], made_at: datetime) -> bytes:
    """The PDF.

    Args:
        paper, images: as `layout.read` gives them.
        made_at: stands in the file, so that the same document gives the same bytes.
    """
    with tempfile.TemporaryDirectory(prefix="paper-") as name:
        folder = Path(name)
        shutil.copy(PAPER, folder / PAPER.name)
        (folder / "paper.json").write_text(json.dumps(paper, ensure_ascii=False), encoding="utf-8")
        for image, content in images.items():
            (folder / image).write_bytes(content)
        return typst.compile(
            folder / PAPER.name,
            root=folder,
            font_paths=[Path(path) for path in FONTS if Path(path).is_dir()],
            ignore_system_fonts=True,
            format="pdf",
            pdf_standards=STANDARD,
            timestamp=made_at.replace(microsecond=0),
        )
