"""LibreOffice, where it is installed: for templates with what `layout` cannot read (text boxes, charts). Child only.

Tried on the documents of `forms/documents`: typst takes 10–40 ms and gives PDF/A with tags, LibreOffice 1.5–4 s; lines
and pages break alike. So typst writes every document that it can show whole.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path
from signal import SIGKILL

from .defects import Defect, Refused

SECONDS = 90
_FILTER = "pdf:writer_pdf_Export:" + '{"SelectPdfVersion":{"type":"long","value":"2"}}'
"""PDF/A-2b."""
_KILLED = ("timeout", "--signal=KILL")
"""`soffice` is a script that starts the program itself: all of them have to go, also when nobody waits any more."""


def program() -> str | None:
    """The path of LibreOffice, None when it is not installed."""
    return shutil.which("soffice") or shutil.which("libreoffice")


def convert(content: bytes) -> bytes:
    """A DOCX as PDF.

    Raises:
        Refused: LibreOffice cannot, or takes too long.
    """
    with tempfile.TemporaryDirectory(prefix="office-") as name:
        folder = Path(name)
        source = folder / "paper.docx"
        source.write_bytes(content)
        profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
        command = [*_KILLED, str(SECONDS), program() or "soffice", profile, "--headless", "--norestore"]
        try:
            subprocess.run(
                [*command, "--convert-to", _FILTER, "--outdir", name, str(source)], check=True, capture_output=True
            )
            return source.with_suffix(".pdf").read_bytes()
        except (subprocess.SubprocessError, OSError) as error:
            if isinstance(error, subprocess.CalledProcessError) and error.returncode == -SIGKILL:
                raise Refused([Defect("timed_out")]) from error
            raise Refused([Defect("failed", {"reason": f"LibreOffice: {type(error).__name__}"})]) from error
