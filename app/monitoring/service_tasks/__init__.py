"""Service types of the monitoring, as workflows/SERVICES.md lists them; all but the look at links are inline."""

from .. import indicator_sources
from . import municipal, school

__all__ = ["indicator_sources", "municipal", "school"]
