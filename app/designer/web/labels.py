"""Words for stages and kinds."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from app.designer.models import ABANDONED, DRAFT, PUBLISHED, TEST
from app.designer.rules import naming

STAGES: dict[str, tuple[object, str]] = {
    DRAFT: (_l("draft being written"), "blue"),
    TEST: (_l("under review"), "orange"),
    PUBLISHED: (_l("published"), "green"),
    ABANDONED: (_l("draft put aside"), "secondary"),
}
"""Word and colour of each stage."""
KINDS: dict[str, object] = {
    naming.BPMN: _l("process model"),
    naming.DMN: _l("decision model"),
    naming.FORM: _l("screen form"),
    naming.DOCX: _l("document template"),
    naming.SCENARIO: _l("scenario"),
    naming.ROWS: _l("test rows"),
}
