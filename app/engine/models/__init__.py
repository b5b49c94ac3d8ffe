"""Tables of the engine: what is deployed, what runs, what waits, what happened.

What belongs to an instance has no foreign key to it: all these rows are written by one statement that is guarded by
the instance's own row, instances are never deleted, and the checks would cost a fifth of that statement.
"""

from __future__ import annotations

from .definitions import CalendarDay, DecisionDefinition, Deployment, DeploymentItem, ProcessDefinition, StartEvent
from .history import HistoryEvent
from .instances import Incident, ProcessInstance
from .migrations import BatchItem, BatchOperation, InstanceMigration
from .tasks import TaskDraft, UserTask, task_candidate
from .waits import EventSubscription, Job, Message, MessageReceipt, Timer

__all__ = [
    "BatchItem",
    "BatchOperation",
    "CalendarDay",
    "DecisionDefinition",
    "Deployment",
    "DeploymentItem",
    "EventSubscription",
    "HistoryEvent",
    "Incident",
    "InstanceMigration",
    "Job",
    "Message",
    "MessageReceipt",
    "ProcessDefinition",
    "ProcessInstance",
    "StartEvent",
    "TaskDraft",
    "Timer",
    "UserTask",
    "task_candidate",
]
