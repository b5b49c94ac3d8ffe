"""Looks whether addresses of pages answer: a warning for the institute's check, never a refusal.

Municipalities enter the addresses, the server opens them: so only http(s) on the usual ports, only names that lead to
public addresses, the connection goes to the very address that was examined, and redirections are not followed.
"""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_address
from time import monotonic
from urllib.parse import SplitResult, urlsplit

OK, WARNING = "ok", "warning"
SECONDS = 3.0
AT_ONCE = 6
_LONGEST = 4096
_PORTS = {"http": 80, "https": 443}
_NOWHERE = (".invalid", ".test", ".example", ".localhost", ".local", ".internal")
"""Names that lead nowhere by RFC 6761, or only inside a network."""
_ANSWERS = frozenset({401, 403, 405, 429})
"""The page is there, but not for programs, or not for HEAD."""


def states(urls: Iterable[str]) -> dict[str, str]:
    """`ok` or `warning` for each address; takes some seconds at most. Never raises."""
    wanted = sorted(set(urls))
    with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        return dict(zip(wanted, pool.map(state, wanted), strict=True))


def state(url: str) -> str:
    """Whether one page answers."""
    try:
        parts = urlsplit(url)
        address = _public_address(parts)
        status = _status(parts, address) if address is not None else None
    except (OSError, ValueError, http.client.HTTPException):
        return WARNING
    return OK if status is not None and (status < 400 or status in _ANSWERS) else WARNING


def _public_address(parts: SplitResult) -> str | None:
    """The address to connect to; None where the server must not go."""
    host = parts.hostname or ""
    port = _PORTS.get(parts.scheme)
    if port is None or parts.port not in (None, port) or parts.username or not host or host.endswith(_NOWHERE):
        return None
    found = {str(each[4][0]) for each in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    if not found or not all(is_public(each) for each in found):
        return None
    return min(found, key=lambda each: (":" in each, each))


def is_public(address: str) -> bool:
    """Whether an IP address lies in the public internet (no private, loopback, link-local or reserved one)."""
    each = ip_address(address.partition("%")[0])
    inner = getattr(each, "ipv4_mapped", None) or each
    return bool(inner.is_global and not inner.is_multicast)


def _status(parts: SplitResult, address: str) -> int:
    """The status of the answer; connection, handshake and reading share one deadline."""
    host, port, end = str(parts.hostname), _PORTS[parts.scheme], monotonic() + SECONDS
    wire = socket.create_connection((address, port), timeout=SECONDS)
    try:
        if parts.scheme == "https":
            wire.settimeout(_left(end))
            wire = ssl.create_default_context().wrap_socket(wire, server_hostname=host)
        connection = http.client.HTTPConnection(host, port)
        connection.sock = wire
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        wire.settimeout(_left(end))
        connection.request("HEAD", path, headers={"User-Agent": "Marshrut", "Connection": "close"})
        return _status_of(_first_line(wire, end))
    finally:
        wire.close()


def _left(end: float) -> float:
    left = end - monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _first_line(wire: socket.socket, end: float) -> bytes:
    found = b""
    while b"\n" not in found and len(found) < _LONGEST:
        wire.settimeout(_left(end))
        more = wire.recv(_LONGEST)
        if not more:
            break
        found += more
    return found.partition(b"\n")[0]


def _status_of(line: bytes) -> int:
    words = line.split(None, 2)
    if len(words) < 2 or not words[0].startswith(b"HTTP/"):
        raise ValueError("no answer of HTTP")
    return int(words[1])
