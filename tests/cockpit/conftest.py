"""The demo region and browsers, as in `tests/web`."""

from tests.web.conftest import browse, connection, populated, region

__all__ = ["browse", "connection", "populated", "region"]
