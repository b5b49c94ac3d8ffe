"""Letters about accounts, for the people feature: they leave whatever a person has switched off."""

from __future__ import annotations

from app.kernel.ids import next_key
from app.people import letters

from . import operations


@letters.carrier
def carry(login: str, subject: object, text: object, link: str) -> bool:
    """Put a letter down for a person. False when the account is closed or has no address."""
    return operations.write_to(login, subject, text, link, str(next_key()))
