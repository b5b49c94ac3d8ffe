"""The demo region and browsers, as in `tests/web`."""

from tests.web.conftest import browse, region

__all__ = ["browse", "region"]
