"""Settings, read once from the environment."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

DEVELOPMENT, PRODUCTION = "development", "production"
_ROOT = Path(__file__).resolve().parents[2]


RETENTION = {"jobs": 90, "mail": 180, "notices": 180, "access": 30, "drafts": 30, "models": 180}
"""Days for which what nobody needs any more is kept (`RETENTION_JOBS_DAYS`, …; 0: for ever)."""


class ConfigurationError(RuntimeError):
    """The environment asks for something that cannot run; the message says what to change."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that differs between installations.

    Attributes:
        environment: `development` or `production`; production refuses default secrets and embedded servers.
        data_dir: where the embedded servers, uploads and kept mail live.
        database_url: SQLAlchemy URL of PostgreSQL 15 or newer, None for the embedded server.
        redis_url: URL of Redis, None for the embedded server.
        secret_key: signs sessions and tokens.
        smtp_url: `smtp://user:password@host:port` or `smtps://…`; None keeps mail in the database only.
        bounce_url: `imaps://user:password@host/folder`, the mailbox into which undelivered letters come back.
        public_url: address that links in mail start with.
        port: TCP port of the web process.
        demo_password: password of the demo accounts.
        locale: default language of people who chose none.
        timezone: zone of organisations that name none.
        inline_outbox: how many outbox entries a request may work off before it answers.
        retention: days for which finished jobs, letters, notices, ended sessions, drafts and models put aside are kept;
            0: for ever.
        root: folder with `workflows/`, `forms/` and `migrations/`.
    """

    environment: str = DEVELOPMENT
    data_dir: Path = _ROOT / "var"
    database_url: str | None = None
    redis_url: str | None = None
    secret_key: str = field(default="", repr=False)
    smtp_url: str | None = field(default=None, repr=False)
    bounce_url: str | None = field(default=None, repr=False)
    public_url: str = "http://127.0.0.1:8080"
    port: int = 8080
    demo_password: str = field(default="demo", repr=False)
    locale: str = "ru"
    timezone: str = "Europe/Moscow"
    log_level: str = "INFO"
    inline_outbox: int = 200
    retention: Mapping[str, int] = field(default_factory=lambda: dict(RETENTION))
    root: Path = _ROOT

    @property
    def production(self) -> bool:
        """Whether the strict rules of production hold."""
        return self.environment == PRODUCTION

    @classmethod
    def from_env(cls) -> Settings:
        """Read the environment.

        Raises:
            ConfigurationError: production without its own secret, database or broker.
        """
        env = os.environ
        environment = env.get("MARSHRUT_ENV", DEVELOPMENT)
        data_dir = Path(env.get("DATA_DIR") or _ROOT / "var").resolve()
        port = int(env.get("PORT", "8080"))
        settings = cls(
            environment=environment,
            data_dir=data_dir,
            database_url=_sqlalchemy_url(env.get("DATABASE_URL")),
            redis_url=env.get("REDIS_URL") or None,
            secret_key=env.get("SECRET_KEY", ""),
            smtp_url=env.get("SMTP_URL") or None,
            bounce_url=env.get("MAIL_BOUNCE_URL") or None,
            public_url=env.get("PUBLIC_URL", f"http://127.0.0.1:{port}").rstrip("/"),
            port=port,
            demo_password=env.get("DEMO_PASSWORD", "demo"),
            locale=env.get("DEFAULT_LOCALE", "ru"),
            timezone=env.get("DEFAULT_TIMEZONE", "Europe/Moscow"),
            log_level=env.get("LOG_LEVEL", "INFO"),
            retention={name: _days(env, name, days) for name, days in RETENTION.items()},
        )
        settings._refuse_weak_production()
        return settings

    def _refuse_weak_production(self) -> None:
        if not self.production:
            return
        if len(self.secret_key) < 32:
            raise ConfigurationError("SECRET_KEY must be set to at least 32 characters in production")
        if not self.database_url or not self.redis_url:
            raise ConfigurationError("DATABASE_URL and REDIS_URL must name servers in production")

    def effective_secret_key(self) -> str:
        """The configured secret, or one kept in the data folder so that development sessions survive a restart."""
        if self.secret_key:
            return self.secret_key
        path = self.data_dir / "secret_key"
        if not path.exists():
            self.data_dir.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)
            path.write_text(secrets.token_urlsafe(48))
        return path.read_text()


def _days(env: Mapping[str, str], name: str, days: int) -> int:
    """How long something is kept, from the environment.

    Raises:
        ConfigurationError: it is no whole number of days.
    """
    variable = f"RETENTION_{name.upper()}_DAYS"
    text = env.get(variable) or str(days)
    if not text.isascii() or not text.isdecimal() or int(text) > 36_500:
        raise ConfigurationError(f"{variable} must be a number of days (0: for ever)")
    return int(text)


def _sqlalchemy_url(url: str | None) -> str | None:
    """`postgres://` and `postgresql://` as hosting panels write them, with the psycopg 3 driver named."""
    if not url:
        return None
    scheme, _, rest = url.partition("://")
    return f"postgresql+psycopg://{rest}" if scheme in ("postgres", "postgresql") else url
