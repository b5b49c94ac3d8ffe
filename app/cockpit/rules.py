"""What a cell of the cockpit says. Pure."""

from __future__ import annotations

from dataclasses import dataclass

LATE, RUNNING, PARTLY, DONE, PLANNED, NOTHING = "late", "running", "partly", "done", "planned", "nothing"


@dataclass(slots=True)
class Cell:
    """One measure at one place: tasks of its processes, and occurrences of the measures there that follow it.

    Attributes:
        done, running, late: tasks completed, open in time, open past their deadline; occurrences likewise.
        planned, partly: occurrences that are ahead, and that were done in part or not at all.
    """

    done: int = 0
    running: int = 0
    late: int = 0
    planned: int = 0
    partly: int = 0

    @property
    def total(self) -> int:
        """Everything that is to be done here, as far as it is known."""
        return self.done + self.running + self.late + self.planned + self.partly

    @property
    def finished(self) -> int:
        """What is over, wholly or in part."""
        return self.done + self.partly

    @property
    def state(self) -> str:
        """The word for the colour: what is late counts most, then what is under way."""
        if self.late:
            return LATE
        if self.running:
            return RUNNING
        if self.planned:
            return PLANNED if not self.finished else RUNNING
        if self.partly:
            return PARTLY
        return DONE if self.done else NOTHING

    def add(self, other: Cell) -> None:
        """Count another cell in."""
        self.done += other.done
        self.running += other.running
        self.late += other.late
        self.planned += other.planned
        self.partly += other.partly


def cumulated(counts: list[int]) -> list[int]:
    """Running totals."""
    total, found = 0, []
    for count in counts:
        total += count
        found.append(total)
    return found
