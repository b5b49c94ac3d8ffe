"""Load the demo once: region, question bank, programmes, courses; every story is played by the people themselves."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import click
from flask import current_app

from app.engine.scenarios import read_scenario, run
from app.kernel import clock
from app.kernel.db import db
from app.kernel.errors import NotFound
from app.people import queries as people

from .banks import load_banks
from .indicators import load_indicators
from .programmes import load_programmes
from .region import load_region
from .scenes import Scenes
from .year import begins, play_year

STORIES = Path(__file__).parent / "stories"
LONGEST = timedelta(days=60)
"""The earliest story begins this long ago."""


def load() -> None:
    """Fill an empty installation; a second call changes nothing."""
    password = current_app.extensions["marshrut"].demo_password
    now = clock.now()
    with clock.frozen(min(now - LONGEST, begins(now) - timedelta(days=1))):
        with db.unit_of_work():
            if _loaded():
                click.echo("The demo data is there already.")
                return
            load_region(password)
            load_region(password, "lebedyan")
        with db.unit_of_work():
            load_banks()
            load_programmes()
    play_year(now, password)
    scenes = Scenes(now, password).all()
    for path in sorted(STORIES.glob("*.scenario.yaml")):
        story = read_scenario(path)
        click.echo(f"  {story.title}")
        with clock.frozen(now):
            run(story, actor_of=people.actor_for, scenes=scenes, password=password)
    with clock.frozen(now):
        load_indicators()


def _loaded() -> bool:
    try:
        people.organisation("region")
    except NotFound:
        return False
    return True
