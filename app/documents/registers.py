"""Registers: numbers without gaps. The register's row stays locked to the end of the transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import text

from app.kernel.db import db


@dataclass(frozen=True, slots=True)
class Numbering:
    """How a register writes its numbers.

    Attributes:
        pattern: with `{serial}`, `{year}`.
        per_organisation: each organisation counts for itself.
    """

    pattern: str = "{serial}"
    per_organisation: bool = True


NUMBERINGS = {
    "certificate": Numbering("{year}-{serial:05}", per_organisation=False),
    "study_note": Numbering("{year}-С-{serial:04}", per_organisation=False),
}
"""Registers that differ from «1, 2, 3, … per organisation and year»."""
_NEXT = text("""
    INSERT INTO register (name, year, last) VALUES (:name, :year, 1)
    ON CONFLICT (name, year) DO UPDATE SET last = register.last + 1
    RETURNING last
""")


def next_serial(name: str, year: int) -> int:
    """The next number of a register in a year, counted from 1.

    Two transactions at once get consecutive numbers: the second waits for the first. What is rolled back leaves no
    gap. Take numbers late in a transaction, and those of several registers in one order (by name).
    """
    return int(db.session.execute(_NEXT, {"name": name, "year": year}).scalar_one())


def written(name: str, serial: int, on: date) -> str:
    """The number as documents show it."""
    return numbering(name).pattern.format(serial=serial, year=on.year)


def numbering(name: str) -> Numbering:
    """The numbering of a register, by the part of its name before the colon."""
    return NUMBERINGS.get(name.partition(":")[0], Numbering())


def name_for(register: str, organisation: str | None) -> str:
    """The full name of a register: `order:iro1` where each organisation counts for itself."""
    if ":" in register or not organisation or not numbering(register).per_organisation:
        return register
    return f"{register}:{organisation}"
