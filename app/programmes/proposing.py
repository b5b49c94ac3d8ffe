"""MM-01 of the municipal monitoring is proposed by the approved programme of a municipality (LIP-13)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import current_app

from app.monitoring import proposals

from . import queries
from .models.programmes import MUNICIPALITY


@proposals.proposer("MM-01")
def published_programme(municipality: str, year: int) -> Mapping[str, Any] | None:
    """«Да» with the public page of the programme that an order put in force; None without one."""
    found = queries.in_force(municipality, year)
    if found is None or found.kind != MUNICIPALITY or found.order_on is None:
        return None
    address = f"{current_app.extensions['marshrut'].public_url}/programmes/{found.code}/published"
    text = f"Утверждена программа: приказ № {found.order_number} от {found.order_on:%d.%m.%Y}"
    return {"value": "да", "url": address, "on": found.order_on.isoformat(), "text": text}
