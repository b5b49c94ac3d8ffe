"""Stages of the school monitoring: areas, questionnaires, whom each asks, how much must come back (LIP §1, SOS 7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

TEACHING, MANAGEMENT, ENVIRONMENT, RESULTS, METHODICAL = (
    "teaching",
    "management",
    "environment",
    "results",
    "methodical",
)
STAGES = ("I", "II", "III", "М")
NUMBERS: Mapping[str, int] = {"I": 1, "II": 2, "III": 3}
"""Stages of the year's calendar; the methodical systems are asked about apart from them."""
BEGINS: Mapping[str, tuple[int, int]] = {"I": (4, 1), "II": (6, 20), "III": (11, 1)}
"""Month and day on which a stage begins where no calendar says otherwise."""
SHORTEST = timedelta(days=10)
"""A round that has less time left in its stage of the calendar gets the usual window."""
AREAS_OF: Mapping[str, tuple[str, ...]] = {
    "I": (TEACHING, MANAGEMENT, ENVIRONMENT),
    "II": (RESULTS,),
    "III": (TEACHING, MANAGEMENT, ENVIRONMENT),
    "М": (METHODICAL,),
}
"""Stage I and III: teaching, management, environment; II: results (LIP-05); М: methodical systems (SOS 7, May)."""
COMPARED_WITH: Mapping[str, tuple[str, ...]] = {"I": ("III", "I"), "II": ("II",), "III": ("I",), "М": ("М",)}
"""With which earlier stage figures are compared: III with I (change of practices), the others with the year before."""
TEACHER, PUPIL, PARENT = "teacher", "pupil", "parent"
SCHOOL, EXAM = "school", "exam"
"""Audiences of figures that are no questionnaires: the school's own statement, and its exams."""
AUDIENCES = (TEACHER, PUPIL, PARENT)
MINIMUM: Mapping[str, float] = {TEACHER: 0.7, PUPIL: 0.3, PARENT: 0.3}
"""Share of answers below which the window is extended once."""
EXTENSION_DAYS = 5
RESPONDENT: Mapping[str, str] = {TEACHER: "педагог", PUPIL: "обучающийся", PARENT: "родитель"}
"""The words of the forms' field `respondent`."""


@dataclass(frozen=True, slots=True)
class Tool:
    """A questionnaire: its form, the area that it measures, who answers it without giving a name."""

    form_id: str
    area: str
    audiences: tuple[str, ...]


COMPETENCE = Tool("monitor_teacher_competence", TEACHING, ())
MOTIVES = Tool("monitor_motives", MANAGEMENT, (TEACHER,))
SATISFACTION = Tool("monitor_satisfaction", ENVIRONMENT, AUDIENCES)
SCHOOL_LIFE = Tool("monitor_school_life", ENVIRONMENT, AUDIENCES)
EXAM_RESULTS = Tool("monitor_results", RESULTS, ())
METHODICAL_SYSTEM = Tool("monitor_methodical_system", METHODICAL, ())
TOOLS = (COMPETENCE, MOTIVES, SATISFACTION, SCHOOL_LIFE, EXAM_RESULTS, METHODICAL_SYSTEM)


def stage_in(month: int) -> str:
    """The stage that is prepared in a month."""
    if month == 5:
        return "М"
    return "I" if month < 5 else "II" if month < 9 else "III"


def tools_of(stage: str) -> tuple[Tool, ...]:
    """The questionnaires of a stage.

    Raises:
        KeyError: there is no such stage.
    """
    return tuple(tool for tool in TOOLS if tool.area in AREAS_OF[stage])


def asked_of(stage: str, audience: str) -> tuple[Tool, ...]:
    """The anonymous questionnaires of a stage for an audience, in the order in which they are shown."""
    return tuple(tool for tool in tools_of(stage) if audience in tool.audiences)


def has_window(stage: str) -> bool:
    """Whether the stage has questionnaires at all (II takes results, М the school's own statement)."""
    return any(tool.audiences for tool in tools_of(stage))


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many of those who were asked have answered."""

    asked: int
    answered: int
    minimum: float

    @property
    def share(self) -> float | None:
        """0 to 1; None when nobody was asked."""
        return min(1.0, self.answered / self.asked) if self.asked else None

    @property
    def low(self) -> bool:
        """Fewer than the stage demands; also when nobody was asked."""
        return self.share is None or self.share < self.minimum


def coverage(asked: Mapping[str, int], answered: Mapping[str, int]) -> dict[str, Coverage]:
    """Coverage by audience."""
    return {name: Coverage(asked.get(name, 0), answered.get(name, 0), MINIMUM[name]) for name in AUDIENCES}
