"""What is wrong with a model: each finding names its element and speaks Russian and English."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from app.engine.bpmn.instead import instead
from app.engine.bpmn.messages import MESSAGES
from app.engine.bpmn.words import in_russian

Language = Literal["ru", "en"]


@dataclass(frozen=True)
class Finding:
    """One defect of a model.

    Attributes:
        element_id: the BPMN or DMN element, None for the document.
        element_name: what the diagram shows, None when it has no name.
        code: key of the message catalogue; also `message_key`.
        params: what the message mentions.
        severity: 'error' refuses the model, 'warning' only tells.
    """

    element_id: str | None
    element_name: str | None
    code: str
    params: dict[str, Any] = field(default_factory=dict)
    severity: Literal["error", "warning"] = "error"

    @property
    def message_key(self) -> str:
        """The key under which translations know the message."""
        return f"model.{self.code}"

    def text(self, language: Language = "ru") -> str:
        """The finding as a sentence that names the element."""
        return about(self.element_id, self.element_name, self.sentence(language))

    def sentence(self, language: Language = "ru") -> str:
        """The finding as a sentence, with what to do instead where other tools know what this one does not."""
        at, mentioned = (0, in_russian(self.params)) if language == "ru" else (1, self.params)
        sentence, hint = MESSAGES[self.code][at].format(**mentioned), instead(self.code, self.params)
        return sentence if hint is None else f"{sentence}; {hint[at]}"

    def to_dict(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Finding:
        """From `to_dict`."""
        return cls(**data)


def about(element_id: str | None, element_name: str | None, sentence: str) -> str:
    """A sentence with the element that it is about."""
    if element_id is None:
        return sentence
    name = f"«{element_name}» ({element_id})" if element_name else element_id
    return f"{name}: {sentence}"


class ModelError(Exception):
    """A model that is refused.

    Attributes:
        findings: at least one error; warnings may be among them.
    """

    def __init__(self, findings: list[Finding]) -> None:
        self.findings = findings
        super().__init__("; ".join(finding.text("en") for finding in findings))
