"""Service types of the programmes, as workflows/SERVICES.md lists them; all inline: they touch only the database."""

from .. import indicator_sources as _indicator_sources  # noqa: F401 - registers what indicators count
from .. import proposing as _proposing  # noqa: F401 - registers what the municipal monitoring is proposed
from .. import sources as _sources  # noqa: F401 - registers the pickers of the forms
from . import analyses, bodies, closings, concepts, issuing, measures, municipal, occurrences, planning

__all__ = [
    "analyses",
    "bodies",
    "closings",
    "concepts",
    "issuing",
    "measures",
    "municipal",
    "occurrences",
    "planning",
]
