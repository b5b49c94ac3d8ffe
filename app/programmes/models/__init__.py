"""Tables of the support programmes: passports, bodies, concept documents, roadmaps, measures, stage calendars."""

from __future__ import annotations

from .bodies import Body, BodyMember
from .calendars import CalendarStage, StageCalendar
from .closings import ClosingAddendum, ProgrammeClosing
from .concepts import ConceptDocument, ConceptReview, ConceptVersion
from .imports import RoadmapImport
from .measures import Measure, MeasureFact, Occurrence, OccurrenceMove
from .programmes import ProgrammeTarget, SupportProgramme
from .roadmaps import Roadmap, RoadmapSection, RoadmapVersion

__all__ = [
    "Body",
    "BodyMember",
    "CalendarStage",
    "ClosingAddendum",
    "ConceptDocument",
    "ConceptReview",
    "ConceptVersion",
    "Measure",
    "MeasureFact",
    "Occurrence",
    "OccurrenceMove",
    "ProgrammeClosing",
    "ProgrammeTarget",
    "Roadmap",
    "RoadmapImport",
    "RoadmapSection",
    "RoadmapVersion",
    "StageCalendar",
    "SupportProgramme",
]
