"""Letters about accounts. People stand below the notices: whoever carries letters registers here."""

from __future__ import annotations

from collections.abc import Callable

Carrier = Callable[[str, object, object, str], bool]
_carriers: list[Carrier] = []


def carrier(carry: Carrier) -> Carrier:
    """Register what sends a letter: (login, subject, text, local path of the page to open) -> whether there is an
    address to send it to. Switches and quiet hours of notices do not hold for these letters."""
    _carriers[:] = [carry]
    return carry


def send(login: str, subject: object, text: object, link: str) -> bool:
    """Send a letter in the current unit of work. False when the person has no address."""
    return bool(_carriers) and _carriers[0](login, subject, text, link)
