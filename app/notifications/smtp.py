"""Handing one letter to the mail server that `SMTP_URL` names."""

from __future__ import annotations

import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from ipaddress import ip_address
from urllib.parse import parse_qs, unquote, urlsplit

from app.kernel import clock

from . import rules

TIMEOUT = 20
"""Seconds for each answer of the server: a hanging server must not hold a worker."""


class MailRefused(Exception):
    """The server will never take this letter (wrong address, refused content): trying again is no use."""


class ServerAway(Exception):
    """No answer, or the server asks to come back later."""


@dataclass(frozen=True, slots=True)
class Server:
    """Where and how letters are handed over.

    Attributes:
        security: `tls` from the first byte, `starttls` (demanded), or `offered` (taken when the server offers it;
            never on a loopback address, where the certificate would not fit the name).
        sender: address in `From`.
    """

    host: str
    port: int
    security: str
    user: str | None
    password: str | None
    sender: str

    @classmethod
    def from_url(cls, url: str, sender: str) -> Server:
        """Read `smtp://user:password@host:port?from=address`, `smtps://…` or `smtp+starttls://…`.

        Raises:
            ValueError: another scheme, or no host.
        """
        parts = urlsplit(url)
        security = {"smtp": "offered", "smtps": "tls", "smtp+starttls": "starttls"}.get(parts.scheme)
        if security is None or not parts.hostname:
            raise ValueError("SMTP_URL must look like smtp://host:port, smtps://host:port or smtp+starttls://host:port")
        if security == "offered" and _loopback(parts.hostname):
            security = "none"
        return cls(
            host=parts.hostname,
            port=parts.port or (465 if security == "tls" else 587 if security == "starttls" else 25),
            security=security,
            user=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
            sender=parse_qs(parts.query).get("from", [sender])[0],
        )


def _loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def letter(server: Server, *, key: int, name: str, address: str, subject: str, text: str) -> EmailMessage:
    """The letter as it travels. Its `Message-ID` follows from the key, so that a second copy can be recognised."""
    message = EmailMessage()
    message["From"] = server.sender
    user, _, domain = address.rpartition("@")
    message["To"] = Address(display_name=rules.one_line(name), username=user, domain=domain)
    message["Subject"] = rules.one_line(subject)
    message["Date"] = format_datetime(clock.now())
    message["Message-ID"] = f"<marshrut-{key}@{server.sender.rpartition('@')[2] or server.host}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    return message


def hand_over(server: Server, message: EmailMessage) -> None:
    """Give the letter to the server.

    Raises:
        MailRefused: the server refused it for good (5xx).
        ServerAway: the server cannot be reached, broke off, or refused for now (4xx).
    """
    try:
        connection = _connect(server)
        try:
            if server.user:
                connection.login(server.user, server.password or "")
            connection.send_message(message)
        except BaseException:
            connection.close()
            raise
    except smtplib.SMTPRecipientsRefused as error:
        code, text = next(iter(error.recipients.values()))
        raise _refusal(code, text) from error
    except smtplib.SMTPDataError as error:
        raise _refusal(error.smtp_code, error.smtp_error) from error
    except (OSError, smtplib.SMTPException) as error:
        raise ServerAway(f"{type(error).__name__}: {error}") from error
    # The letter is accepted: a failing farewell must not make it travel twice.
    with suppress(OSError, smtplib.SMTPException):
        connection.quit()


def _refusal(code: int, text: bytes | str) -> MailRefused | ServerAway:
    answer = f"{code} {text.decode('utf-8', 'replace') if isinstance(text, bytes) else text}"
    return MailRefused(answer) if code >= 500 else ServerAway(answer)


def _connect(server: Server) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if server.security == "tls":
        return smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT, context=context)
    connection = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT)
    try:
        connection.ehlo()
        if server.security == "starttls" or (server.security == "offered" and connection.has_extn("starttls")):
            connection.starttls(context=context)
            connection.ehlo()
    except BaseException:
        connection.close()
        raise
    return connection
