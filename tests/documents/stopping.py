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
_made: list[int] = []
_keep = paperwork._keep


def keep_and_stop(document: Document, extension: str, content: bytes) -> File:
    """As `paperwork._keep`; with the PDF in hand it never comes back."""
    if extension == "pdf":
        if len(_made) == int(os.environ.get(AFTER, "0")):
            Path(os.environ[MARK]).touch()
            threading.Event().wait()
        _made.append(document.key)
    return _keep(document, extension, content)


if __name__ == "__main__":
    from worker import runner

    if MARK in os.environ:
        paperwork._keep = keep_and_stop
    runner.main()
