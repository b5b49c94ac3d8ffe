"""Handing one letter to the mail server that `SMTP_URL` names."""

from __future__ import annotations

import re
import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
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
    """No answer, or the server asks to come back later: it has not taken the letter."""


class AnswerLost(Exception):
    """The text left, no answer came: the server may have taken the letter or not."""


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
        if security == "offered" and loopback(parts.hostname):
            security = "none"
        return cls(
            host=parts.hostname,
            port=parts.port or (465 if security == "tls" else 587 if security == "starttls" else 25),
            security=security,
            user=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
            sender=parse_qs(parts.query).get("from", [sender])[0],
        )


def loopback(host: str) -> bool:
    """Whether a host is this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def letter(
    server: Server, *, key: int, name: str, address: str, subject: str, text: str, html: str | None = None
) -> EmailMessage:
    """The letter as it travels. Its `Message-ID` follows from the key: by it a bounce is read."""
    message = EmailMessage()
    message["From"] = server.sender
    user, _, domain = address.rpartition("@")
    message["To"] = Address(display_name=rules.one_line(name), username=user, domain=domain)
    message["Subject"] = rules.one_line(subject)
    message["Date"] = format_datetime(clock.now())
    message["Message-ID"] = f"<marshrut-{key}@{server.sender.rpartition('@')[2] or server.host}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    return message


class Conversation:
    """One letter at a server that is ready for its text; `finish` sends it."""

    def __init__(self, connection: smtplib.SMTP, content: bytes) -> None:
        self._connection = connection
        self._content = content

    @classmethod
    def begin(cls, server: Server, message: EmailMessage) -> Conversation:
        """Go as far as the server says that the text may come.

        Raises:
            MailRefused: the server refuses the letter for good (5xx).
            ServerAway: the server cannot be reached, breaks off, or refuses for now (4xx).
            ValueError: an address that cannot be written.
        """
        address = message["To"].addresses[0].addr_spec
        international = not (address.isascii() and server.sender.isascii())
        made = SMTP.clone(utf8=True) if international else SMTP.clone(cte_type="7bit")
        content = message.as_bytes(policy=made)
        try:
            connection = _connect(server)
            try:
                if server.user:
                    connection.login(server.user, server.password or "")
                options = _options(connection, international)
                _demand(connection.mail(server.sender, options), 250)
                _demand(connection.rcpt(address), 250, 251)
                _demand(connection.docmd("DATA"), 354)
            except BaseException:
                connection.close()
                raise
        except (OSError, smtplib.SMTPException) as error:
            raise ServerAway(f"{type(error).__name__}: {error}") from error
        return cls(connection, content)

    def __enter__(self) -> Conversation:
        return self

    def __exit__(self, *_error: object) -> None:
        """Break off; after `finish` the server has been told good-bye."""
        self._connection.close()

    def finish(self) -> None:
        """Send the text and wait for the answer.

        Raises:
            MailRefused, ServerAway: the server says that it has not taken the letter.
            AnswerLost: it says nothing.
        """
        try:
            self._connection.send(_END.sub(b"\r\n..", self._content) + b"\r\n.\r\n")
            code, answer = self._connection.getreply()
        except (OSError, smtplib.SMTPException) as error:
            raise AnswerLost(f"{type(error).__name__}: {error}") from error
        _demand((code, answer), 250)
        # The letter is accepted: a failing farewell must not make it travel twice.
        with suppress(OSError, smtplib.SMTPException):
            self._connection.quit()


_END = re.compile(rb"\r\n\.")
"""A line that begins with a dot would end the text (RFC 5321 4.5.2)."""


def _options(connection: smtplib.SMTP, international: bool) -> list[str]:
    connection.ehlo_or_helo_if_needed()
    if not international:
        return []
    if not connection.has_extn("smtputf8"):
        raise MailRefused("The mail server takes no addresses with letters other than Latin ones.")
    return ["SMTPUTF8", "BODY=8BITMIME"]


def _demand(answer: tuple[int, bytes], *good: int) -> None:
    """Go on with a good answer only."""
    code, text = answer
    if code not in good:
        raise _refusal(code, text)


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
