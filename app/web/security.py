"""Safety of requests: who is asking, CSRF, response headers, request ids and the request log."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TypeVar
from urllib.parse import urlsplit
from uuid import uuid4

import structlog
from flask import Flask, Response, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from app.kernel.actor import Actor
from app.kernel.config import Settings
from app.kernel.log import logger

from .application import afterwards
from .redaction import without_secrets

log = logger("app.request")
csrf = CSRFProtect()
_REQUEST_ID = re.compile(r"^[\w.-]{8,64}$")
_MACHINE_PATHS = ("/v2/", "/cluster/v2/", "/api/", "/healthz", "/readyz", "/metrics", "/openapi.json")
_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
"""Scripts come from files only. Inline styles are needed by the diagram drawings."""
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """A signed-in person met 403 or 404: what the access log keeps.

    Attributes:
        outcome: `denied` or `notfound`.
        action: method and endpoint, as `GET tracing.instance`; the bare method for an unknown address.
        path: the address asked for, without its query.
    """

    actor: Actor
    outcome: str
    action: str
    path: str
    address: str | None
    request_id: str


View = TypeVar("View", bound=Callable[..., object])
Authenticator = Callable[[], Actor | None]
Gate = Callable[[Actor], ResponseReturnValue | None]
Recorder = Callable[[Refusal], object]
_authenticators: list[Authenticator] = []
_gates: list[Gate] = []
_recorders: list[Recorder] = []


def init_app(app: Flask, settings: Settings) -> None:
    """Install the checks in the order in which a request meets them."""
    app.config.update(
        SESSION_COOKIE_NAME="marshrut",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.production,
        PERMANENT_SESSION_LIFETIME=timedelta(hours=10),
        MAX_CONTENT_LENGTH=32 * 1024 * 1024,
        WTF_CSRF_CHECK_DEFAULT=False,
        WTF_CSRF_TIME_LIMIT=None,
    )
    if settings.production:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]
    csrf.init_app(app)
    app.before_request(_begin)
    app.before_request(_check)
    app.after_request(_finish)


def authenticator(function: Authenticator) -> Authenticator:
    """Register what finds out who asks for a page (people's session check). The first answer counts."""
    _authenticators.append(function)
    return function


def gate(function: Gate) -> Gate:
    """Register what may send a signed-in person elsewhere first (change the password, give consent)."""
    _gates.append(function)
    return function


def on_refusal(function: Recorder) -> Recorder:
    """Register what keeps refusals (audit). It runs after the request, in its own transaction."""
    _recorders.append(function)
    return function


def public(view: View) -> View:
    """Mark a view that needs no login."""
    view.is_public = True  # type: ignore[attr-defined]
    return view


def for_machines() -> bool:
    """Whether the request goes to the API or an operational address, which check their callers themselves."""
    return request.path.startswith(_MACHINE_PATHS)


def safe_next(target: str | None) -> str | None:
    """A local path to go on to, or None when the target would leave this site."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")) or "\\" in target:
        return None
    parts = urlsplit(target)
    return None if parts.netloc or parts.scheme or any(ord(sign) < 32 for sign in target) else target


def _begin() -> None:
    g.started = time.perf_counter()
    wanted = request.headers.get("X-Request-ID", "")
    g.request_id = wanted if _REQUEST_ID.match(wanted) else uuid4().hex
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _check() -> ResponseReturnValue | None:
    if for_machines() or request.endpoint == "static":
        return None
    g.actor = next((actor for find in _authenticators if (actor := find()) is not None), None)
    if request.method not in ("GET", "HEAD", "OPTIONS") and request.endpoint is not None:
        csrf.protect()
    if _is_public():
        return None
    if g.actor is None:
        return _to_login()
    for step in _gates:
        answer = step(g.actor)
        if answer is not None:
            return answer
    return None


def _is_public() -> bool:
    view = current_app.view_functions.get(request.endpoint or "")
    return bool(getattr(view, "is_public", False))


def _to_login() -> ResponseReturnValue:
    here = request.full_path.rstrip("?") if request.method == "GET" else None
    if request.headers.get("HX-Request"):
        here = urlsplit(request.headers.get("HX-Current-URL", "")).path or None
        return Response(status=401, headers={"HX-Redirect": url_for("people.login", next=safe_next(here))})
    return redirect(url_for("people.login", next=safe_next(here) if here != "/" else None))


def _finish(response: Response) -> Response:
    response.headers["X-Request-ID"] = g.get("request_id", "")
    if for_machines():
        response.headers["X-Content-Type-Options"] = "nosniff"
        _log(response)
        return response
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
        response.vary.add("HX-Request")
        _log(response)
    if response.status_code in (403, 404):
        _record_refusal(response.status_code)
    return response


def _record_refusal(status: int) -> None:
    actor = g.get("actor")
    if actor is None:
        return
    refusal = Refusal(
        actor=actor,
        outcome="denied" if status == 403 else "notfound",
        action=f"{request.method} {request.endpoint}" if request.endpoint else request.method,
        path=without_secrets(request.path),
        address=request.remote_addr,
        request_id=g.get("request_id", ""),
    )
    for recorder in _recorders:
        afterwards(partial(recorder, refusal))


def _log(response: Response) -> None:
    actor = g.get("actor")
    log.info(
        "request",
        method=request.method,
        path=without_secrets(request.path),
        status=response.status_code,
        ms=round((time.perf_counter() - g.get("started", time.perf_counter())) * 1000, 1),
        account=actor.account_id if actor is not None else None,
    )
