"""What may be wrong with a template, as codes that travel out of the child process and as words for people."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flask_babel import lazy_gettext as _l

_WORDS = {
    "not_docx": _l("The file is not a Word document (.docx). Save it in Word as “Word document (.docx)”."),
    "old_format": _l("The file is a Word document of the old format (.doc). Save it in Word as .docx."),
    "too_large": _l("The file is larger than %(size)s MB. Make its pictures smaller."),
    "unpacks_too_large": _l("The file is refused: unpacked it is unreasonably large."),
    "macros": _l("The file holds macros. Save it as a document without macros (.docx)."),
    "embedded": _l("The file holds an embedded object: %(name)s. Remove it."),
    "external": _l("The file refers to something outside of it: %(name)s. Remove the link."),
    "active_field": _l("The file holds a field that fetches data: %(name)s. Remove it."),
    "entities": _l("The file is refused: its part %(name)s declares entities."),
    "broken_part": _l("The file is damaged: its part %(name)s cannot be read."),
    "broken_tag": _l("A tag is broken near “%(near)s”. Every {%% for %%} needs its {%% endfor %%}, every {{ its }}."),
    "unknown_field": _l("Unknown field “%(name)s”. Fields of this document: see “Fields of the template”."),
    "needs_part": _l("“%(name)s” is a group of fields: say which one, for example “%(name)s.%(example)s”."),
    "needs_loop": _l("“%(name)s” is a list: go through it with {%% for row in %(name)s %%} … {%% endfor %%}."),
    "not_a_list": _l("“%(name)s” is not a list: {%% for %%} cannot go through it."),
    "unknown_filter": _l("Unknown filter “%(name)s”."),
    "forbidden": _l("“%(name)s” is not allowed in a template."),
    "unsupported_drawing": _l(
        "%(name)s will be missing from the PDF that is made without LibreOffice: use paragraphs, tables and pictures "
        "in line with text."
    ),
    "timed_out": _l("The file is refused: working on it takes too long."),
    "failed": _l("The document could not be made from this template: %(reason)s"),
}
WARNINGS = frozenset({"unsupported_drawing"})


@dataclass(frozen=True, slots=True)
class Defect:
    """One thing that is wrong.

    Attributes:
        code: key of the words; `params` fill them.
    """

    code: str
    params: dict[str, str] = field(default_factory=dict)

    @property
    def is_error(self) -> bool:
        """Whether it refuses the template."""
        return self.code not in WARNINGS

    def text(self) -> str:
        """For people, in the language of the moment."""
        return str(_WORDS[self.code]) % self.params

    def to_json(self) -> list[Any]:
        """For the pipe between the processes."""
        return [self.code, self.params]

    @classmethod
    def from_json(cls, row: list[Any]) -> Defect:
        """The counterpart of `to_json`."""
        code, params = row
        return cls(str(code), {str(name): str(value) for name, value in params.items()})


class Refused(Exception):
    """A template or a rendering is refused.

    Attributes:
        defects: why; never empty.
    """

    def __init__(self, defects: list[Defect]) -> None:
        super().__init__("; ".join(f"{one.code} {one.params}" for one in defects))
        self.defects = defects


class GaveUp(Refused):
    """The work took too long or its process died: the same may succeed when the machine is less busy."""
