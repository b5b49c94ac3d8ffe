"""What a check says about a draft («замечание»): the one type that checks, gates and islands exchange."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, or may be.

    Attributes:
        resource: name of the file, empty for the draft as a whole.
        element_id, element_name: the element of the model, None for the file as a whole.
        text: a sentence in the reader's language that says what to do.
        severity: an error keeps a draft from being published, a warning only tells.
        rule: which rule speaks, as `task-without-role`.
    """

    resource: str
    element_id: str | None
    element_name: str | None
    text: str
    severity: Severity = "error"
    rule: str = ""

    def to_dict(self) -> dict[str, Any]:
        """As islands get it."""
        return asdict(self)


def errors(findings: list[Finding]) -> list[Finding]:
    """Those that keep a draft from being published."""
    return [finding for finding in findings if finding.severity == "error"]
