"""Alembic's view of the project: the metadata of all features, one linear history."""

from __future__ import annotations

from alembic import context
from sqlalchemy import NullPool, create_engine

from app.kernel.config import Settings
from app.kernel.db import Base
from app.kernel.servers import with_servers
from app.main import feature_modules

feature_modules("models")


def run() -> None:
    """Run the migrations on the given connection, or on the configured database."""
    connection = context.config.attributes.get("connection")
    if connection is not None:
        _migrate(connection)
        return
    url = context.config.get_main_option("sqlalchemy.url") or with_servers(Settings.from_env()).database_url
    assert url is not None
    with create_engine(url, poolclass=NullPool).begin() as connection:
        _migrate(connection)


def _migrate(connection: object) -> None:
    context.configure(connection=connection, target_metadata=Base.metadata, compare_type=True)  # type: ignore[arg-type]
    with context.begin_transaction():
        context.run_migrations()


run()
