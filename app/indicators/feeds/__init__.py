"""Sources over what lies below: processes, tasks, registers, documents, people, organisations, groups of schools."""

from __future__ import annotations

from . import people, processes, records

__all__ = ["people", "processes", "records"]
