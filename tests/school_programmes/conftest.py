"""A unit of work around each test, on the Monday of the tests; browsers in the small region."""

from tests.courses.conftest import work
from tests.web.conftest import browse, populated, region

__all__ = ["browse", "populated", "region", "work"]
