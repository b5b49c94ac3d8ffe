"""Reading the mailbox into which undelivered letters come back (`MAIL_BOUNCE_URL`), by IMAP (RFC 3501)."""

from __future__ import annotations

import imaplib
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from app.kernel.log import logger

from .rules.bounces import LARGEST
from .smtp import loopback

log = logger(__name__)
TIMEOUT = 20
"""Seconds for each answer of the server."""
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")


class MailboxAway(Exception):
    """The server cannot be reached, or does not do what it is asked for; the next look tries again."""


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Where the letters come back to.

    Attributes:
        security: `tls` from the first byte, `starttls` (demanded), or `none` (at a loopback address only).
    """

    host: str
    port: int
    security: str
    user: str
    password: str
    folder: str

    @classmethod
    def from_url(cls, url: str) -> Mailbox:
        """Read `imaps://user:password@host:port/folder`, `imap+starttls://…` or, on this machine, `imap://…`.

        Raises:
            ValueError: another scheme, no host or user, or an open connection to another machine.
        """
        parts = urlsplit(url)
        security = {"imaps": "tls", "imap+starttls": "starttls", "imap": "none"}.get(parts.scheme)
        if security is None or not parts.hostname or not parts.username:
            raise ValueError("MAIL_BOUNCE_URL must look like imaps://user:password@host/folder")
        if security == "none" and not loopback(parts.hostname):
            raise ValueError("MAIL_BOUNCE_URL: use imaps:// or imap+starttls:// for another machine")
        return cls(
            host=parts.hostname,
            port=parts.port or (993 if security == "tls" else 143),
            security=security,
            user=unquote(parts.username),
            password=unquote(parts.password or ""),
            folder=unquote(parts.path.strip("/")) or "INBOX",
        )


class Reading:
    """An open folder."""

    def __init__(self, connection: imaplib.IMAP4) -> None:
        self._connection = connection

    def unseen(self, limit: int) -> list[str]:
        """The letters that nobody has opened yet, the oldest first, by their lasting numbers."""
        found = _good(self._connection.uid("SEARCH", "UNSEEN"))
        return [number.decode() for number in (found[0] or b"").split()][:limit]

    def content(self, uid: str) -> bytes:
        """A letter as it came; empty when it is larger than any notification, or the server does not give it. It stays
        unseen."""
        with _one_letter(uid):
            return self._content(uid)
        return b""

    def _content(self, uid: str) -> bytes:
        size = _SIZE.search(b" ".join(_bytes(_good(self._connection.uid("FETCH", uid, "(RFC822.SIZE)")))))
        if size is None or int(size[1]) > LARGEST:
            return b""
        parts = _good(self._connection.uid("FETCH", uid, "(BODY.PEEK[])"))
        return next((part[1] for part in parts if isinstance(part, tuple)), b"")

    def mark(self, uid: str, *, strange: bool = False) -> None:
        """Mark a letter as seen, and as one that people should look at when it is `strange`."""
        with _one_letter(uid):
            _good(self._connection.uid("STORE", uid, "+FLAGS", r"(\Seen \Flagged)" if strange else r"(\Seen)"))


@contextmanager
def _one_letter(uid: str) -> Iterator[None]:
    """What the server refuses for one letter stops no other; a connection that is lost stops them all."""
    try:
        yield
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as error:
        log.warning("the mail server refuses one letter", uid=uid, error=str(error))


@contextmanager
def opened(mailbox: Mailbox) -> Iterator[Reading]:
    """Sign in and open the folder.

    Raises:
        MailboxAway: that, or anything asked inside, does not succeed.
    """
    try:
        connection = _connect(mailbox)
        try:
            connection.login(mailbox.user, mailbox.password)
            _good(connection.select(f'"{mailbox.folder}"'))
            yield Reading(connection)
        finally:
            with suppress(OSError, imaplib.IMAP4.error):
                connection.logout()
    except (OSError, imaplib.IMAP4.error) as error:
        raise MailboxAway(f"{type(error).__name__}: {error}") from error


def _connect(mailbox: Mailbox) -> imaplib.IMAP4:
    context = ssl.create_default_context()
    if mailbox.security == "tls":
        return imaplib.IMAP4_SSL(mailbox.host, mailbox.port, ssl_context=context, timeout=TIMEOUT)
    connection = imaplib.IMAP4(mailbox.host, mailbox.port, timeout=TIMEOUT)
    if mailbox.security == "starttls":
        connection.starttls(context)
    return connection


def _good(answer: tuple[str, list[Any]]) -> list[Any]:
    """What the server says, when it says yes."""
    state, parts = answer
    if state != "OK":
        raise imaplib.IMAP4.error(f"{state} {parts!r}"[:300])
    return parts


def _bytes(parts: list[Any]) -> list[bytes]:
    return [part if isinstance(part, bytes) else part[0] for part in parts if part]
