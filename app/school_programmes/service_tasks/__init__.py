"""Service types of school programmes, as workflows/SERVICES.md lists them; all are inline (only the database)."""

from .. import feeds
from . import assessments, monitoring, programmes, support

__all__ = ["assessments", "feeds", "monitoring", "programmes", "support"]
