"""Service types of the schools' processes; the contract is `workflows/SERVICES.md`."""

from .. import feeds, sources
from . import contexts, identification, monitoring

__all__ = ["contexts", "feeds", "identification", "monitoring", "sources"]
