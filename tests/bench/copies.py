"""Many rows quickly: copies of one row made on the server, with some columns reckoned from a counter `n`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import psycopg

from app.kernel.ids import BLOCK, FIRST

KEYS = FIRST + 2**40 * BLOCK
"""Keys of the copies: far from those of the product. Instance `n` has `KEYS + 2n`, its task or timer one more."""
INSTANCE = {"key": f"{KEYS} + 2 * n", "root_key": f"{KEYS} + 2 * n"}
ITEM = {"key": f"{KEYS} + 2 * n + 1", "instance_key": f"{KEYS} + 2 * n"}


def copy_rows(
    connection: psycopg.Connection[Any],
    table: str,
    where: str,
    computed: Mapping[str, str],
    numbers: range,
    lateral: str = "",
) -> None:
    """Copy the one row that `where` finds, once for each number.

    Args:
        computed: SQL by column, over `n` and what `lateral` adds; all other columns are copied.
    """
    names = [column.name for column in connection.execute(f"SELECT * FROM {table} LIMIT 0").description or ()]
    copied = [name for name in names if name not in computed]
    into = ", ".join(f'"{name}"' for name in [*computed, *copied])
    values = ", ".join([*computed.values(), *(f't."{name}"' for name in copied)])
    connection.execute(
        f"INSERT INTO {table} ({into}) SELECT {values} FROM {table} t, "  # type: ignore[arg-type]
        f"generate_series({numbers.start}::bigint, {numbers.stop - 1}) n{lateral} WHERE {where}"
    )
