"""What a deployed form is to the program: an immutable tree of components, parsed once per version."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Component:
    """One form-js component.

    Attributes:
        id: id of the component in the file (unique in the form).
        type: form-js type, as `textfield`, `dynamiclist`.
        path: where its value lies in its scope (`key` split at dots); empty for a component without a value.
        label: text or FEEL, empty when it has none.
        spec: the component as written in the file.
        components: children of a group or row components of a dynamiclist.
        expressions: FEEL by slot (`hide`, `max`, `prefill`, …), without the leading '='; texts are not among them.
        layout_row: id of the row of the layout, columns: width in sixteenths (None: share the row).
    """

    id: str
    type: str
    path: tuple[str, ...]
    label: str
    spec: Mapping[str, Any]
    components: tuple[Component, ...] = ()
    expressions: Mapping[str, str] = field(default_factory=dict)
    layout_row: str = ""
    columns: int | None = None

    @property
    def properties(self) -> Mapping[str, str]:
        """The platform's properties (`prefill`, `source`, …)."""
        return self.spec.get("properties") or {}

    @property
    def validate(self) -> Mapping[str, Any]:
        """form-js's `validate` object."""
        return self.spec.get("validate") or {}

    def has(self, flag: str) -> bool:
        """Whether a platform property is set to "true"."""
        return str(self.properties.get(flag, "")).strip().lower() == "true"


@dataclass(frozen=True, slots=True)
class FormDefinition:
    """One version of a form.

    Attributes:
        key: 0 while it is not deployed (preview, lint).
        schema: the form-js schema as JSON data.
    """

    key: int
    form_id: str
    version: int
    version_tag: str | None
    deployment_key: int
    title: str
    sha256: str
    schema: Mapping[str, Any] = field(repr=False)
    components: tuple[Component, ...] = field(repr=False, default=())

    def walk(self) -> Iterator[Component]:
        """All components, outer before inner."""
        stack = list(reversed(self.components))
        while stack:
            component = stack.pop()
            yield component
            stack.extend(reversed(component.components))

    @property
    def needs_signature(self) -> bool:
        """Whether a component is a sign-off field to be signed: the task must then ask for the password.

        A field that is always read-only only shows a signature given elsewhere.
        """
        return any(component.has("signoff") and component.spec.get("readonly") is not True for component in self.walk())


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with a form file, and where.

    Attributes:
        component: id or key of the component, empty for the file as a whole.
        message: a sentence, translatable.
        severity: `error` refuses the file, `warning` does not.
    """

    component: str
    message: object
    severity: str = "error"
