"""What the engine's queries hand out and its operations take: plain, frozen records."""

from __future__ import annotations

from .deploying import DefinitionView, Deployed, DeployedItem, Resource
from .instances import (
    BranchView,
    EventView,
    FanView,
    IncidentView,
    InstanceFilter,
    InstanceView,
    JobView,
    Travelled,
    Waiting,
)
from .pages import CAP, Page
from .tasks import Outcome, TaskDetail, TaskFilter, TaskPage, TaskView

__all__ = [
    "CAP",
    "BranchView",
    "DefinitionView",
    "Deployed",
    "DeployedItem",
    "EventView",
    "FanView",
    "IncidentView",
    "InstanceFilter",
    "InstanceView",
    "JobView",
    "Outcome",
    "Page",
    "Resource",
    "TaskDetail",
    "TaskFilter",
    "TaskPage",
    "TaskView",
    "Travelled",
    "Waiting",
]
