"""How many schools of a group and how many municipal authorities have signed (YAR track 3: 25 % and 14 МОУО)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select

from app.kernel import clock
from app.kernel.db import db
from app.people.models import Organisation
from app.schools import queries as schools

from ..models import VALID, Agreement, AgreementParty
from .registry import signed_schools

SHARE = Decimal(25)
"""Percent of the schools that must have an agreement (YAR-I-3.2a; a parameter)."""
MUNICIPALITIES = 14
"""Distinct municipal authorities (YAR-I-3.2b; a parameter)."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """Schools with an agreement of all, and municipal authorities that have signed one themselves; each counts once."""

    signed: tuple[str, ...]
    total: int
    municipalities: tuple[str, ...]

    @property
    def share(self) -> Decimal | None:
        """Percent, unrounded; None for an empty group."""
        return Decimal(len(self.signed) * 100) / self.total if self.total else None

    def met(self, share: Decimal = SHARE, municipalities: int = MUNICIPALITIES) -> bool:
        """Whether both thresholds are met; one alone is not enough."""
        return self.share is not None and self.share >= share and len(self.municipalities) >= municipalities


def coverage(group: str | None = None, codes: Collection[str] | None = None) -> Coverage:
    """Count agreements.

    Args:
        group: code of a group of schools; all participants when None.
        codes: these schools instead.
    """
    if codes is None:
        codes = schools.schools_in([group]) if group else schools.participants()
    wanted = sorted(set(codes))
    return Coverage(tuple(sorted(signed_schools(wanted))), len(wanted), _authorities())


def _authorities() -> tuple[str, ...]:
    """Municipal authorities that are a party of an agreement that holds today."""
    query = (
        select(AgreementParty.organisation)
        .join(Agreement, Agreement.key == AgreementParty.agreement_key)
        .join(Organisation, Organisation.code == AgreementParty.organisation)
        .where(Organisation.kind == "mouo", Agreement.state.in_(VALID), Agreement.term_to >= clock.today())
    )
    return tuple(db.session.scalars(query.distinct().order_by(AgreementParty.organisation)))
