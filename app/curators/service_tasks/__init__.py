"""Service types of curators, as workflows/SERVICES.md lists them. All are inline: they touch only the database."""

from .. import sources
from . import appointments, consultations, experts

__all__ = ["appointments", "consultations", "experts", "sources"]
