"""The demo region with two designers, a process with its form and decision, and browsers in it."""

from tests.web.conftest import browse, connection, populated, region

__all__ = ["browse", "connection", "populated", "region"]
