"""Service types of school programmes, as workflows/SERVICES.md lists them; all are inline (only the database)."""

from . import assessments, programmes

__all__ = ["assessments", "programmes"]
