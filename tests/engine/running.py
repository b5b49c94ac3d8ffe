"""Running a drawing in tests, stored and reloaded after every action when `cold`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from app.engine.bpmn import ProcessModel, read_definitions
from app.engine.runtime import Instance, decode, encode
from tests.engine.drawing import Drawing

NOW = datetime(2026, 1, 31, 9, tzinfo=UTC)


class Run:
    """One instance with everything it has said so far.

    Attributes:
        journal, effects: all that was drained.
        bytes: size of the last stored state, when cold.
    """

    def __init__(
        self,
        drawing: Drawing | bytes,
        variables: dict[str, Any] | None = None,
        cold: bool = True,
        start: str | None = None,
        now: datetime = NOW,
        decide: Any = None,
    ) -> None:
        xml = drawing.document() if isinstance(drawing, Drawing) else drawing
        model = read_definitions(xml)[0]
        self.model = ProcessModel.from_json(model.to_json()) if cold else model
        self.cold, self.now, self.decide, self.bytes = cold, now, decide, 0
        self.journal: list[Any] = []
        self.effects: list[Any] = []
        self.instance = Instance(
            self.model.spec, self.model.subspecs, variables or {}, start_at=start, clock=self.clock, decide=decide
        )
        self.go()

    def clock(self) -> datetime:
        """The moment in the test."""
        return self.now

    def go(self) -> None:
        """Run to the next wait states, then store and reload."""
        self.instance.do_engine_steps()
        journal, effects = self.instance.drain()
        self.journal += journal
        self.effects += effects
        if self.cold:
            self.reload()

    def reload(self) -> None:
        """Store and load."""
        state = encode(self.instance)
        self.bytes = len(state)
        self.instance = decode(state, self.model.spec, self.model.subspecs, self.clock, self.decide)

    # -- what is open
    def waits(self, kind: str | None = None) -> list[str]:
        """The elements that wait, sorted."""
        return sorted(
            token.wait["element"] for token in self.instance.waits.values() if kind in (None, token.wait["kind"])
        )

    def token(self, element: str, nth: int = 0) -> Any:
        """The nth waiting token of an element."""
        return [token for token in self.instance.waits.values() if token.wait["element"] == element][nth]

    def wait(self, element: str, nth: int = 0) -> dict[str, Any]:
        """Its row."""
        return self.token(element, nth).wait  # type: ignore[no-any-return]

    def seen(self, element: str, nth: int = 0) -> dict[str, Any]:
        """The variables it sees."""
        return dict(self.token(element, nth).data)

    @property
    def variables(self) -> dict[str, Any]:
        """The root variables."""
        return self.instance.data  # type: ignore[no-any-return]

    @property
    def ended(self) -> bool:
        """Whether the instance is over."""
        return self.instance.completed  # type: ignore[no-any-return]

    @property
    def trouble(self) -> list[tuple[str, str]]:
        """The open incidents: element, message."""
        return [(row["element"], row["message"]) for row in self.instance.incidents()]

    def entries(self, *kinds: str) -> list[Any]:
        """The journal entries of some kinds."""
        return [entry for entry in self.journal if entry[0] in kinds]

    # -- verbs
    def done(self, element: str, nth: int = 0, **variables: Any) -> None:
        """Finish a task."""
        self.instance.finish(self.token(element, nth).id, variables)
        self.go()

    def fire(self, element: str, nth: int = 0, **variables: Any) -> None:
        """Let an event happen."""
        self.instance.trigger(self.token(element, nth).id, variables)
        self.go()

    def error(self, element: str, code: str, **variables: Any) -> None:
        """A job ends with a BPMN error."""
        self.instance.throw_error(self.token(element).id, code, variables)
        self.go()

    def set(self, **variables: Any) -> None:
        """Change root variables."""
        self.instance.set_variables(None, variables)
        self.go()

    def retry(self) -> None:
        """Resolve the first incident."""
        self.instance.resolve(self.instance.incidents()[0]["token"])
        self.go()
