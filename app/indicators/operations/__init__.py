"""Verbs of indicators: keep definitions, take files of them, compute anew, freeze."""

from __future__ import annotations

from .definitions import check, load_definition, retire, save
from .freezing import freeze
from .recalculating import put_down_night, recalculate, recalculate_now, start_recalculation

__all__ = [
    "check",
    "freeze",
    "load_definition",
    "put_down_night",
    "recalculate",
    "recalculate_now",
    "retire",
    "save",
    "start_recalculation",
]
