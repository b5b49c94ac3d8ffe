"""The addresses of histories, the audit and the incidents. The processes are those of the inbox's table."""

from __future__ import annotations

from tests.inbox.matrix import afar, at, seen
from tests.web.matrix import HIDDEN, NO, Row, roles

_AUDITOR = roles(NO, yes="auditor")
_OPERATORS = roles(NO, yes="admin designer")

ROWS = [
    Row("tracing.drawing", own=seen(), foreign=afar(), at=at("process")),
    Row("tracing.diagram_file", own=seen(), foreign=afar(), at=at("process")),
    Row("tracing.steps", own=seen(), foreign=afar(), at=at("process")),
    Row("tracing.index", own=_AUDITOR),
    Row("tracing.instance", own=_AUDITOR, foreign=_AUDITOR, at=at("process")),
    Row("tracing.access", own=_AUDITOR),
    Row("tracing.changes", own=_AUDITOR),
    Row("tracing.incidents_page", own=_OPERATORS),
    Row("tracing.retry_all", "POST", own=_OPERATORS),
    Row("tracing.retry", "POST", own={**_OPERATORS, "admin": HIDDEN, "designer": HIDDEN}, at=lambda w, s: {"key": 1}),
]
"""`tracing.retry` names an incident that does not exist: whoever may retry is told so."""
