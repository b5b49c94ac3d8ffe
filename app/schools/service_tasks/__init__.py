"""Service types of the schools' processes; the contract is `workflows/SERVICES.md`."""

from . import contexts, identification, monitoring

__all__ = ["contexts", "identification", "monitoring"]
