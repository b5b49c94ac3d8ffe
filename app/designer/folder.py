"""Processes as a folder that lives well in Git: `workflows/<process>/…`, `forms/<process>/…`, `forms/documents/…`.

A file that was deployed from such a folder is remembered by its path there, so what `marshrut export` writes is what
`marshrut deploy` read, byte for byte.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from app.engine.views import Resource
from app.kernel.errors import Invalid

from .describing.words import gettext as _
from .rules import naming

TOPS = ("workflows", "forms")


def read(paths: Iterable[Path]) -> list[Resource]:
    """All files of these folders that can be deployed, and scenarios, in a stable order. The name of each is its path
    from `workflows` or `forms` on, where it lies below one of these, else its own name."""
    files: dict[Path, None] = {}
    for path in paths:
        found = [path] if path.is_file() else sorted(each for each in path.rglob("*") if each.is_file())
        files.update(dict.fromkeys(each for each in found if path.is_file() or kind_of(each.name)))
    return [Resource(placed_name(file), file.read_bytes()) for file in files]


def kind_of(name: str) -> str | None:
    """The kind of a file by its name or path; None for what is neither deployed nor a scenario."""
    kind = naming.kind_of(PurePosixPath(name).name)
    return kind if kind in (*naming.DEPLOYED, naming.SCENARIO) else None


def placed_name(path: Path) -> str:
    """The name under which a file is deployed."""
    parts = path.resolve().parts
    for place in range(len(parts) - 2, -1, -1):
        if parts[place] in TOPS:
            return "/".join(parts[place:])
    return path.name


def is_placed(name: str) -> bool:
    """Whether a name is a path of the layout that leads nowhere else."""
    parts = name.split("/")
    return len(parts) > 1 and parts[0] in TOPS and not {"", ".", ".."} & set(parts) and "\\" not in name


def write(root: Path, files: dict[str, bytes]) -> tuple[int, int]:
    """Write files below a folder; what is there already and the same stays untouched. Nothing is deleted.

    Returns:
        how many were written, and how many stayed.

    Raises:
        Invalid: the folder is a file, or cannot be written to.
    """
    written = 0
    for name, content in files.items():
        target = root / name
        if target.is_file() and target.read_bytes() == content:
            continue
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise Invalid(_("%(file)s cannot be written: %(reason)s", file=name, reason=reason)) from error
        written += 1
    return written, len(files) - written
