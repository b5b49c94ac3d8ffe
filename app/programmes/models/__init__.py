"""Tables of the support programmes: passports, bodies, roadmaps, measures, their occurrences, stage calendars."""

from __future__ import annotations

from .bodies import Body, BodyMember
from .calendars import CalendarStage, StageCalendar
from .imports import RoadmapImport
from .measures import Measure, MeasureFact, Occurrence, OccurrenceMove
from .programmes import ProgrammeTarget, SupportProgramme
from .roadmaps import Roadmap, RoadmapSection, RoadmapVersion

__all__ = [
    "Body",
    "BodyMember",
    "CalendarStage",
    "Measure",
    "MeasureFact",
    "Occurrence",
    "OccurrenceMove",
    "ProgrammeTarget",
    "Roadmap",
    "RoadmapImport",
    "RoadmapSection",
    "RoadmapVersion",
    "StageCalendar",
    "SupportProgramme",
]
