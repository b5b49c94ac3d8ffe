"""Reads delivery status notifications (RFC 3464): which letter came back, from which address, why. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage, Message

LARGEST = 5_000_000
"""Bytes of a notification; a larger message is none of ours."""
_OWN = re.compile(r"<marshrut-(\d{1,19})@[^>]*>")


@dataclass(frozen=True, slots=True)
class Bounce:
    """A letter that did not arrive.

    Attributes:
        mail: key of the letter.
        address: whom it did not reach, as the notification says it; empty when it does not.
        reason: status and words of the other server.
    """

    mail: int
    address: str
    reason: str


def read(content: bytes) -> Bounce | None:
    """The bounce in a message; None when it is no final failure of one of our letters."""
    if len(content) > LARGEST:
        return None
    message = message_from_bytes(content, policy=policy.default)
    assert isinstance(message, EmailMessage)
    if message.get_content_type() != "multipart/report":
        return None
    failed = next((part for part in _recipients(message) if part.get("Action", "").strip().lower() == "failed"), None)
    key = _own_key(message)
    if failed is None or key is None:
        return None
    address = _after_type(failed.get("Original-Recipient") or failed.get("Final-Recipient") or "")
    words = [str(failed.get("Status") or "").strip(), _after_type(str(failed.get("Diagnostic-Code") or ""))]
    return Bounce(key, address, " ".join(word for word in words if word)[:500])


def _recipients(message: EmailMessage) -> list[Message]:
    """The blocks of a notification that speak of one recipient each."""
    found: list[Message] = []
    for part in message.walk():
        if part.get_content_type() == "message/delivery-status":
            blocks = part.get_payload()
            found += [block for block in blocks if isinstance(block, Message)] if isinstance(blocks, list) else []
    return found


def _own_key(message: EmailMessage) -> int | None:
    """The key in the `Message-ID` of the letter that came back, whole or as headers only."""
    for part in message.walk():
        if part is message:
            continue
        kind = part.get_content_type()
        said = str(part.get("Message-ID") or "")
        if kind == "text/rfc822-headers":
            payload = part.get_payload(decode=True)
            said = payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""
        found = _OWN.search(said)
        if found:
            return int(found[1])
    return None


def _after_type(value: str) -> str:
    """`rfc822; a@b.ru` without its type."""
    return " ".join(str(value).partition(";")[2].split()) if ";" in str(value) else " ".join(str(value).split())
