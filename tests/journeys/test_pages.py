"""Every page of the site with the demo data, in Chromium: wide and on a phone, in Russian and in English.

`SHOTS=1` keeps pictures in `var/shots`.
"""

from __future__ import annotations

import html
import os
import re
from collections.abc import Iterator
from itertools import groupby
from operator import attrgetter

import pytest
import yaml
from playwright.sync_api import Page, expect
from sqlalchemy import select

from app.assessment.models import Item
from app.engine.models import ProcessInstance
from app.indicators.queries.definitions import WAITING
from app.kernel.db import db
from app.people.models import Person
from app.programmes.models import Measure, RoadmapSection, RoadmapVersion, SupportProgramme
from app.schools.models import AssessmentResult
from app.web.translations_build import merged
from app.web.translations_check import texts
from tests.web import reading

from .browser import PHONE, WIDE, Desk, accessibility, desk_in, overflow, resize, shoot
from .conftest import Stages
from .walking import Place, Walk
from .world import ROOT, model_files

pytestmark = pytest.mark.browser
FILES = {
    "assessment.bank_export",
    "assessment.bank_template",
    "assessment.picture",
    "courses.results_template",
    "courses.sheet_file",
    "designer.archive",
    "designer.deployed_archive",
    "designer.download",
    "documents.template_file",
    "files.download",
    "indicators.export",
    "notifications.feed",
    "people.import_template",
    "people.options",
    "programmes.roadmap_template",
    "schools.results_template",
    "tracing.diagram_file",
    "designer.base",
    "designer.version_diagram",
    "designer.version_file",
    "designer.version_regulation",
}
"""Addresses that answer with something to keep."""
ELSEWHERE = {
    "cockpit.index": "leads on",
    "designer.draft": "stands while somebody changes a model: tests of the designer",
    "designer.editor": "a page of a draft",
    "designer.migration": "stands after running processes were moved: tests of the designer",
    "designer.content": "a call of the editor",
    "designer.comments": "a call of the editor",
    "designer.file_description": "a page of a draft",
    "designer.history": "a page of a draft",
    "designer.changes_since": "a page of a draft",
    "designer.changes": "a page of a draft",
    "designer.rows_of": "a call of the editor",
    "designer.workbook": "a file of a draft",
    "designer.preview": "a frame of the editor",
    "designer.publishing": "a page of a draft",
    "designer.scenario_new": "a page of a draft",
    "designer.scenario": "a page of a draft",
    "designer.coverage": "a page of a draft",
    "designer.compare": "stands when something has two versions: tests of the designer",
    "programmes.closing": "stands after a programme was closed: tests of programmes",
    "assessment.bank_item_version": "stands after a question was changed: tests of assessment",
    "background.job": "stands while a large import runs: tests of jobs",
    "background.progress": "a part of that page",
    "background.batch_progress": "a part of the page of a batch",
    "people.login": "the way in",
    "web.start": "leads on",
    "people.admin": "leads on",
    "people.import_report": "stands after an upload: tests of people",
    "people.moving": "stands after a choice of the new place: tests of the inbox",
    "people.welcome": "behind the link of an invitation: tests of people",
    "inbox.shared_filter": "leads on",
    "indicators.report": "stands after an upload: tests of indicators",
    "inbox.finished": "stands after an act: journeys",
    "inbox.fan": "stands at an owner's process of many schools: tests of the inbox",
    "courses.import_report": "stands after an upload: tests of courses",
    "schools.results_report": "stands after an upload: tests of schools",
    "monitoring.questionnaire": "behind a code of a printed sheet: tests of monitoring",
    "programmes.roadmap_report": "stands after an upload: tests of programmes",
    "programmes.carry": "stands when a second year is written down: tests of programmes",
    "programmes.document_version": "stands when concept documents are corrected: tests of programmes",
    "programmes.published": "stands when a municipality has approved a programme here: tests of programmes",
    "programmes.compare_years": "stands when a second year is written down: tests of programmes",
    "programmes.roadmap_import": "stands after an upload: tests of programmes",
    "documents.papers": "a part of a document's page, asked for while its files are made",
}
"""Pages to which no link of the demo leads."""
_LATIN = re.compile(r"\b[A-Za-z]{2,} [A-Za-z]{2,}\b")
_DATA = "Powered by bpmn.io"
"""English on Russian pages that has to stay: the mark of the diagram viewer (its licence)."""
_CYRILLIC = re.compile("[а-яё]{2}", re.I)
_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")


class Site:
    """The demo served, and where its readers went."""

    def __init__(self, walk: Walk, desk: Desk) -> None:
        self.walk, self.desk = walk, desk

    def visit(self, language: str) -> Iterator[tuple[Place, Page]]:
        """Every page as its reader sees it, on a wide screen."""
        reader = attrgetter("login")
        for login, places in groupby(sorted(self.walk.places, key=reader), reader):
            page = self.desk.sit(login, language=language)
            for place in places:
                page.goto(place.path)
                expect(page.locator("[data-island]:not([data-ready=yes])")).to_have_count(0)
                yield place, page
            page.context.close()

    def complaints(self) -> list[str]:
        """What scripts complained of since the last page."""
        found = [*self.desk.failures]
        self.desk.failures.clear()
        return found


@pytest.fixture(scope="module")
def site(stages: Stages) -> Iterator[Site]:
    """The demo, walked through once."""
    for world in stages.on("demo"):
        walk = Walk(world)
        with desk_in(world) as desk:
            yield Site(walk, desk)


def test_links_lead_to_every_page(site: Site) -> None:
    assert site.walk.unreached() - FILES == set(ELSEWHERE)


def test_russian_pages(site: Site) -> None:
    """Every page at both widths; axe looks at one of the two in turn."""
    msgids = {text if isinstance(text, str) else text[0] for text, _place in texts()}
    english = {text for text in msgids if re.search("[a-z]{3}", text)} - {_DATA}
    wrong = []
    for number, (place, page) in enumerate(site.visit("ru")):
        found = overflow(page) + (accessibility(page) if number % 2 else [])
        variables = place.kind[0] == "tracing.instance"  # the auditor reads them by their names
        said = [text for text in reading.texts(page.content()) if text != _DATA]
        said = [text for text in said if not (variables and text.isidentifier())]
        found += [f"English: {text}" for text in said if _LATIN.search(text) or text in english]
        wrong += [f"{place.path}: {each}" for each in found + on_a_phone(page, place, "ru", axe=not number % 2)]
        wrong += [f"{place.path}: {each}" for each in site.complaints()]
    assert not wrong, "\n".join(wrong)


def test_english_pages(site: Site) -> None:
    """What stands in forms, documents and models is written in Russian; the rest of the page is not."""
    russian = re.compile("|".join(translations()))
    written = names()
    data = re.compile("|".join(re.escape(each) for each in {*entered(), *(name for name in written if len(name) > 11)}))
    wrong = []
    for place, page in site.visit("en"):
        said = [text for text in reading.texts(page.evaluate(_WITHOUT_DATA)) if text not in written]
        found = overflow(page) + [
            f"Russian: {text}" for text in said if russian.fullmatch(text) and not data.search(text)
        ]
        wrong += [f"{place.path}: {each}" for each in found + on_a_phone(page, place, "en") + site.complaints()]
    assert not wrong, "\n".join(wrong)


_WITHOUT_DATA = """() => {
  const page = document.body.cloneNode(true);
  const written = 'table, h1, .breadcrumb, .process-form, .process-form-read, .official, .notices, .letter, .task-help';
  const asked = '.question-prompt, .choice, .match';
  for (const each of page.querySelectorAll(`${written}, ${asked}, .task-actions`)) each.remove();
  return page.outerHTML;
}"""


def on_a_phone(page: Page, place: Place, language: str, *, axe: bool = False) -> list[str]:
    """What is wrong with the page on a phone, `axe`: asked too; keeps pictures of both sizes when asked to."""
    name = f"{language}/{'-'.join(place.kind).replace('/', '-')}"
    if os.environ.get("SHOTS"):
        shoot(page, f"{name}-wide")
    resize(page, PHONE)
    if os.environ.get("SHOTS"):
        shoot(page, f"{name}-phone")
    found = overflow(page) + (accessibility(page) if axe else [])
    resize(page, WIDE)
    return found


def names() -> set[str]:
    """Names that models and forms give."""
    models = [*model_files(), *(ROOT / "app" / "engine" / "builtin").glob("*.bpmn")]
    text = "".join(path.read_text() for path in models)
    return {html.unescape(name) for name in re.findall(r'(?:name=|"(?:title|label)": )"([^"]+)"', text)}


def entered() -> set[str]:
    """What people have entered and pages show in their own words: names, topics, titles of measures, procedures."""
    waiting = yaml.safe_load(WAITING.read_text())
    with db.unit_of_work() as session:
        texts = [
            *(text for group in waiting for text in (group["waits_for"], *group["indicators"].values())),
            *session.scalars(select(Person.last_name)),
            *session.scalars(select(Item.topic).distinct()),
            *session.scalars(select(ProcessInstance.title).where(ProcessInstance.title.is_not(None))),
            *(title[:30] for title in session.scalars(select(Measure.title))),
            *session.scalars(select(SupportProgramme.title).distinct()),
            *session.scalars(select(Measure.period_text).distinct()),
            *session.scalars(select(RoadmapSection.title).distinct()),
            *session.scalars(select(RoadmapVersion.reason).distinct()),
            *session.scalars(select(AssessmentResult.procedure).distinct()),
        ]
    return {text for text in texts if len(text) > 2}


def translations() -> Iterator[str]:
    """Russian texts of the catalogue as patterns, but for those that say hardly a word of their own between two values
    («… из …»): every sentence of a model would fit them."""
    for message in merged():
        for form in message.string if isinstance(message.string, tuple) else (message.string,):
            fixed = _PLACEHOLDER.split(form)
            own = "".join(fixed)
            vague = not fixed[0] and not fixed[-1] and len(re.findall("[а-яё]", own, re.I)) < 8
            if _CYRILLIC.search(own) and not vague:
                yield ".+".join(re.escape(part) for part in fixed)
