"""The page session, read by API calls but not written back by them."""

from __future__ import annotations

from flask import Flask, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin


class PageSessions(SecureCookieSessionInterface):
    """Flask's cookie session; an API call sets the cookie anew only when it changed something in it.

    A permanent session is otherwise signed again with every answer, a tenth of the time of a completion.
    """

    def should_set_cookie(self, app: Flask, session: SessionMixin) -> bool:
        """Whether the answer carries the cookie."""
        if request.path.startswith("/v2/"):
            return session.modified
        return super().should_set_cookie(app, session)
