"""Service types of agreements, as workflows/SERVICES.md lists them. All are inline: they touch only the database."""

from .. import sources
from . import agreements, network

__all__ = ["agreements", "network", "sources"]
