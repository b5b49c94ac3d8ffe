"""A worker for `test_killed.py` that stands still between the two files of a paper, when it is told to."""

from __future__ import annotations

import os
import threading
from pathlib import Path

from app.documents import paperwork
from app.documents.models import Document
from app.files.models import File

MARK = "STOP_BEFORE_PDF"
"""Environment variable: the file that says that the DOCX is kept and the PDF is not."""
AFTER = "STOP_AFTER"
"""Environment variable: of so many papers both files are kept before."""
GO_ON = "go-on"
_made: list[int] = []
_keep = paperwork._keep


def keep_and_stop(document: Document, extension: str, content: bytes) -> File:
    """As `paperwork._keep`; with the PDF in hand it waits until the file `GO_ON` lies beside the mark."""
    if extension == "pdf":
        if len(_made) == int(os.environ.get(AFTER, "0")):
            mark, pause = Path(os.environ[MARK]), threading.Event()
            mark.touch()
            while not mark.with_name(GO_ON).exists():
                pause.wait(0.05)
        _made.append(document.key)
    return _keep(document, extension, content)


if __name__ == "__main__":
    from worker import runner

    if MARK in os.environ:
        paperwork._keep = keep_and_stop
    runner.main()
