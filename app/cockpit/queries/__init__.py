"""What the cockpit shows, each table in one statement whatever its size."""

from .matrix import Matrix, Place, matrix
from .pace import Month, pace
from .periods import Period, period_of, periods_of
from .targets import Target, targets_of
from .work import Work, waited_for, works_at

__all__ = [
    "Matrix",
    "Month",
    "Period",
    "Place",
    "Target",
    "Work",
    "matrix",
    "pace",
    "period_of",
    "periods_of",
    "targets_of",
    "waited_for",
    "works_at",
]
