"""The demo region with the request process of the inbox's tests."""

from tests.inbox.conftest import browse, connection, populated, region, request_process

__all__ = ["browse", "connection", "populated", "region", "request_process"]
