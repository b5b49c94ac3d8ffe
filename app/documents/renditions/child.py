"""The child process that opens strangers' templates: questions on standard input, answers on standard output.

A message is its length (4 bytes, big endian) and that many bytes of msgpack. The child ends when its input does, or
after a minute without work.
"""

from __future__ import annotations

import resource
import select
import sys
from datetime import datetime
from typing import Any

import msgpack

from . import archive, filling, layout, office, pdf, screen
from .defects import Defect, Refused
from .kinds import Field

IDLE = 60
"""Seconds without work after which the process gives its memory back."""
_MEMORY = 4 << 30


def check(message: dict[str, Any]) -> dict[str, Any]:
    """Is a template in order: its file, its tags, and a trial with sample facts.

    The trial is written by typst: somebody waits for the answer, and LibreOffice may take longer than people do.
    """
    content, root = message["template"], Field.from_json(message["root"])
    found = filling.check(content, root)
    if not any(one.is_error for one in found):
        make(message, trial=True)
    return {"defects": [one.to_json() for one in found]}


def make(message: dict[str, Any], *, trial: bool = False) -> dict[str, Any]:
    """A document of a template and facts: DOCX, PDF, HTML, and which program wrote the PDF."""
    made_at = datetime.fromisoformat(message["made_at"])
    docx = archive.dated(filling.fill(message["template"], message["facts"]), made_at)
    paper, images = layout.read(docx)
    html = screen.write(paper)
    beyond = any(one.code == "unsupported_drawing" for one in archive.check(docx))
    if beyond and not trial and office.program():
        return {"docx": docx, "html": html, "pdf": office.convert(docx), "made_with": "LibreOffice"}
    return {"docx": docx, "html": html, "pdf": pdf.write(paper, images, made_at), "made_with": "typst"}


VERBS = {"check": check, "make": make}


def answer(message: dict[str, Any]) -> dict[str, Any]:
    """What a question is answered with; whatever goes wrong with a stranger's file is a defect of the file."""
    try:
        return VERBS[message["verb"]](message)
    except Refused as refused:
        return {"defects": [one.to_json() for one in refused.defects]}
    except Exception as error:
        reason = f"{type(error).__name__}: {error}"[:300]
        return {"defects": [Defect("failed", {"reason": reason}).to_json()]}


def main() -> None:
    """Answer until the input ends."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    source, target = sys.stdin.buffer, sys.stdout.buffer
    while select.select([source], [], [], IDLE)[0]:
        head = source.read(4)
        if len(head) < 4:
            return
        message = msgpack.unpackb(source.read(int.from_bytes(head, "big")))
        packed = msgpack.packb(answer(message))
        target.write(len(packed).to_bytes(4, "big") + packed)
        target.flush()


if __name__ == "__main__":
    main()
