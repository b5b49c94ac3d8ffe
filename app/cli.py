"""The `marshrut` command: start the parts, migrate, load models and data, look after the installation."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import click
from flask.cli import FlaskGroup, with_appcontext

from app.kernel.config import ConfigurationError, Settings
from app.kernel.db import db
from app.kernel.servers import stop_servers, with_servers


def _create_app() -> object:
    from app.main import create_app

    return create_app()


@click.group(cls=FlaskGroup, create_app=_create_app, add_default_commands=False)
def main() -> None:
    """Marshrut: processes of school-support programmes."""


def _environment(settings: Settings) -> dict[str, str]:
    """What the child processes need in order to meet the same servers and secret."""
    return {
        **os.environ,
        "DATABASE_URL": settings.database_url or "",
        "REDIS_URL": settings.redis_url or "",
        "DATA_DIR": str(settings.data_dir),
        "SECRET_KEY": settings.effective_secret_key(),
        "PYTHONUNBUFFERED": "1",
    }


@main.command()
@click.option("--demo/--no-demo", default=None, help="Load demo data first (default: when the database is new).")
def run(demo: bool | None) -> None:
    """Start web, worker and clock together (for trying out and for one machine)."""
    named = _settings()
    settings = with_servers(named)
    try:
        _run(replace(settings, secret_key=settings.effective_secret_key()), demo)
    finally:
        stop_servers(named)


def _run(settings: Settings, demo: bool | None) -> None:
    """Prepare the database, then keep the parts running until somebody stops them."""
    from honcho.manager import Manager

    environment = _environment(settings)
    fresh = upgrade(settings)
    command = [sys.executable, "-m", "app"]
    subprocess.run([*command, "deploy"], env=environment, check=True)
    if demo or (demo is None and fresh and not settings.production):
        click.echo("First start: loading the demo data …")
        subprocess.run([*command, "demo"], env=environment, check=True)
    manager = Manager()
    for name in ("web", "worker", "clock"):
        manager.add_process(name, " ".join([*command, name]), env=environment, cwd=str(Path.cwd()))
    click.echo(f"Marshrut: http://127.0.0.1:{settings.port}")
    manager.loop()
    sys.exit(manager.returncode)


@main.command()
@click.option("--workers", default=2, show_default=True, help="Processes.")
@click.option("--threads", default=4, show_default=True, help="Threads of each process.")
@click.option("--host", default="127.0.0.1", show_default=True, envvar="HOST")
def web(workers: int, threads: int, host: str) -> None:
    """Serve pages and API by gunicorn."""
    settings = _settings()
    arguments = ["gunicorn", "app.wsgi:create()", "--workers", str(workers), "--threads", str(threads)]
    arguments += ["--bind", f"{host}:{settings.port}", "--worker-class", "gthread", "--keep-alive", "30"]
    arguments += ["--graceful-timeout", "20", "--access-logfile", "/dev/null", "--log-level", "warning"]
    figures = settings.data_dir / "metrics"  # of all processes together, see app.api.metrics
    shutil.rmtree(figures, ignore_errors=True)
    figures.mkdir(parents=True)
    environment = {**_environment(with_servers(settings)), "PROMETHEUS_MULTIPROC_DIR": str(figures)}
    os.execvpe(sys.executable, [sys.executable, "-m", *arguments], environment)


@main.command()
def worker() -> None:
    """Work off outbox and jobs, woken through the broker."""
    _become("worker.runner")


@main.command()
def clock() -> None:
    """Fire timers and deadlines when they come due."""
    _become("worker.clock")


def _become(module: str) -> None:
    environment = _environment(with_servers(_settings()))
    os.execvpe(sys.executable, [sys.executable, "-m", module], environment)


@main.command()
@click.argument("revision", default="head")
def migrate(revision: str) -> None:
    """Bring the database to the newest (or the given) revision."""
    upgrade(with_servers(_settings()), revision)
    click.echo("The database is up to date.")


@main.command()
@with_appcontext
def demo() -> None:
    """Load the demo region: organisations, an account for every role, courses at different stages."""
    from app.demo import load

    load()


@main.command()
def doctor() -> None:
    """Look at everything that the installation needs and say what to do; exit status 1 when something is wrong."""
    from flask_babel import force_locale

    from app.doctor import BAD, CARE, examine
    from app.main import create_app

    settings = with_servers(_settings())
    marks = {BAD: click.style("✗", fg="red"), CARE: click.style("!", fg="yellow")}
    with create_app(settings, connect=False).app_context(), force_locale(settings.locale):
        findings = list(examine(settings))
    for found in findings:
        click.echo(f"{marks.get(found.state, click.style('✓', fg='green'))} {found.what}: {found.words}")
        if found.advice:
            click.echo(f"    {found.advice}")
    if any(found.state == BAD for found in findings):
        raise SystemExit(1)


def upgrade(settings: Settings, revision: str = "head") -> bool:
    """Run the migrations. Returns whether the database was new."""
    from alembic import command
    from alembic.config import Config
    from sqlalchemy import inspect

    assert settings.database_url is not None
    engine = db.connect(settings.database_url)
    fresh = not inspect(engine).has_table("alembic_version")
    config = Config(str(settings.root / "alembic.ini"))
    config.set_main_option("script_location", str(settings.root / "migrations"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    return fresh


def _settings() -> Settings:
    try:
        return Settings.from_env()
    except ConfigurationError as error:
        raise click.ClickException(str(error)) from error
