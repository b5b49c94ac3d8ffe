"""What becomes of stored bytes that no row knows any more."""

from __future__ import annotations

from datetime import datetime

from app.kernel import retention

from . import operations


@retention.sweep("files", kept="access")
def bytes_without_a_row(_before: datetime, _limit: int) -> int:
    """Bytes of uploads that were taken back, or whose transaction never came to its end (older than a day)."""
    operations.sweep()
    return 0
