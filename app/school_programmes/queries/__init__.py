"""What other features and pages read of school programmes."""

from .registry import (
    ProgrammeFilter,
    interviews,
    is_overdue,
    municipalities,
    of_school,
    opinions,
    programme,
    programmes,
    running,
    versions,
)

__all__ = [
    "ProgrammeFilter",
    "interviews",
    "is_overdue",
    "municipalities",
    "of_school",
    "opinions",
    "programme",
    "programmes",
    "running",
    "versions",
]
