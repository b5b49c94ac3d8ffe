"""What the engine's queries hand out and its operations take: plain, frozen records."""

from __future__ import annotations

from .deploying import DefinitionView, Deployed, DeployedItem, Resource
from .impact import Dependent, Inbox, OpenWork, VersionView
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
    "Dependent",
    "Deployed",
    "DeployedItem",
    "EventView",
    "FanView",
    "Inbox",
    "IncidentView",
    "InstanceFilter",
    "InstanceView",
    "JobView",
    "OpenWork",
    "Outcome",
    "Page",
    "Resource",
    "TaskDetail",
    "TaskFilter",
    "TaskPage",
    "TaskView",
    "Travelled",
    "VersionView",
    "Waiting",
]
