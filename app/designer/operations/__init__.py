"""What people do in the designer."""

from . import commenting, deciding, drafts, locking, publishing, reviewing, scenario_gate, scenarios

__all__ = ["commenting", "deciding", "drafts", "locking", "publishing", "reviewing", "scenario_gate", "scenarios"]
