"""What other features and pages read of curators and experts."""

from .appointments import (
    AppointmentFilter,
    active_for,
    appointment,
    appointments,
    curator_of,
    looked_after,
    of_target,
    red_list,
    with_curator,
)
from .experts import candidates, expert, experts, load_of, loads

__all__ = [
    "AppointmentFilter",
    "active_for",
    "appointment",
    "appointments",
    "candidates",
    "curator_of",
    "expert",
    "experts",
    "load_of",
    "loads",
    "looked_after",
    "of_target",
    "red_list",
    "with_curator",
]
