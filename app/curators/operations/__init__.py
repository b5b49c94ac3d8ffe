"""Verbs of curators: the pool of experts, places that wait for somebody, appointments, replacement. None commits."""

from .appointing import appoint, end_appointment, end_expired
from .asking import agree, drop_open, offer, refuse, release
from .experts import activate, end_expert
from .places import open_places
from .replacing import ask_replacement

__all__ = [
    "activate",
    "agree",
    "appoint",
    "ask_replacement",
    "drop_open",
    "end_appointment",
    "end_expert",
    "end_expired",
    "offer",
    "open_places",
    "refuse",
    "release",
]
