"""What people do in the designer."""

from . import cleaning, commenting, deciding, drafts, folders, locking, publishing, reviewing, scenario_gate, scenarios

__all__ = [
    "cleaning",
    "commenting",
    "deciding",
    "drafts",
    "folders",
    "locking",
    "publishing",
    "reviewing",
    "scenario_gate",
    "scenarios",
]
