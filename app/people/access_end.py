"""What ends with the access of a person. People stand below the other features: whoever gives out secrets by which
somebody is let in without a password (the address of a calendar) registers here."""

from __future__ import annotations

from collections.abc import Callable

End = Callable[[str], None]
_ends: list[End] = []


def on_access_end(end: End) -> End:
    """Register what takes such secrets back, in the current unit of work: (login)."""
    _ends.append(end)
    return end


def end_access(login: str) -> None:
    """Take them back: the account was closed, the consent refused, or the password given anew by others or by mail."""
    for end in _ends:
        end(login)
