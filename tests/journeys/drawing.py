"""Hands at the modeler: what a designer clicks and types to draw a process."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Locator, Page, expect

SELECTED = re.compile(r"\bselected\b")
KINDS = {
    "Задача человека": "append-user-task",
    "Решение по таблице": "append-rule-task",
    "Выбор одного пути": "append-exclusive-gateway",
    "Ожидание: таймер": "append-timer-intermediate-catch",
    "Завершение": "append-none-end-event",
}

MODELER = "document.querySelector('[data-island=modeler]').modeler"
SELECT = f"(id) => {MODELER}.get('selection').select({MODELER}.get('elementRegistry').get(id))"
STEPS = f"() => {MODELER}.get('commandStack')._stackIdx"
STORED = re.compile("Сохранено|Изменений пока нет")
SHAPES = "return registry.filter((each) => !each.labelTarget && !each.waypoints).map((each) => each.id)"
NAMED_AT_ONCE = {"Задача человека", "Решение по таблице"}
"""What opens for its name as soon as it stands."""


def ready(page: Page) -> None:
    """Wait until the modeler can be used."""
    expect(page.locator("[data-island=modeler]")).to_have_attribute("data-ready", "yes")


def shape(page: Page, element_id: str) -> Locator:
    """The drawing of an element."""
    return page.locator(f".djs-element[data-element-id='{element_id}']")


def facts(page: Page, script: str, value: Any = None) -> Any:
    """Ask the modeler: `script` is the body of a function of `registry` and `value`."""
    return page.evaluate(f"(value) => {{ const registry = {MODELER}.get('elementRegistry'); {script} }}", value)


def choose(page: Page, element_id: str) -> None:
    """Select an element: its properties are shown. (Without a hand: the menu of another one may lie over it.)"""
    page.evaluate(SELECT, element_id)
    expect(shape(page, element_id)).to_have_class(SELECTED)


def append(page: Page, after: str, kind: str, name: str) -> str:
    """Append an element by the menu, name it, and tell its id."""
    known = facts(page, SHAPES)
    choose(page, after)
    page.locator(".djs-context-pad.open .entry[data-action=append]").click()
    page.locator(".djs-popup-search input").fill(kind)
    page.locator(f".djs-popup .entry[data-id={KINDS[kind]}]").click()
    if kind in NAMED_AT_ONCE:
        with changed(page):
            page.locator(".djs-direct-editing-content").fill(name)
            page.keyboard.press("Enter")
    else:
        write(page, "Название", name)
    made = [each for each in facts(page, SHAPES) if each not in known]
    assert len(made) == 1, made
    return str(made[0])


def take(page: Page, after: str, name: str, template: str) -> str:
    """Append a template by the menu and tell the element's id."""
    known = facts(page, SHAPES)
    choose(page, after)
    page.locator(".djs-context-pad.open .entry[data-action=append]").click()
    page.locator(".djs-popup-search input").fill(name)
    with changed(page):
        page.locator(f".djs-popup .entry[data-id='append.template-{template}']").click()
    page.keyboard.press("Escape")
    (made,) = [each for each in facts(page, SHAPES) if each not in known]
    return str(made)


def connect(page: Page, source: str, target: str) -> str:
    """Draw a flow between two elements and tell its id."""
    choose(page, source)
    page.locator(".djs-context-pad.open .entry[data-action=connect]").click()
    shape(page, target).locator(".djs-hit").first.click(force=True)
    return flow(page, source, target)


def flow(page: Page, source: str, target: str) -> str:
    """The id of the flow between two elements."""
    script = "return registry.filter((each) => each.source?.id === value[0] && each.target?.id === value[1])"
    found = facts(page, f"{script}.map((each) => each.id)", [source, target])
    assert len(found) == 1, found
    return str(found[0])


def pick(page: Page, label: str, option: str) -> None:
    """Choose from a list of the properties."""
    with changed(page):
        page.locator(".modeler-panel").get_by_label(label, exact=True).select_option(label=option)


@contextmanager
def changed(page: Page) -> Iterator[None]:
    """What is done inside has reached the diagram when this ends."""
    before = page.evaluate(STEPS)
    yield
    page.wait_for_function(f"(before) => ({STEPS})() > before", arg=before)


def write(page: Page, label: str, text: str) -> None:
    """Write into a field of the properties."""
    with changed(page):
        page.locator(".modeler-panel").get_by_label(label, exact=True).fill(text)


def unfold(page: Page, group: str) -> None:
    """Open a group of the properties."""
    head = page.locator(".bio-properties-panel-group-header", has_text=group).first
    if "open" not in (head.get_attribute("class") or "").split():
        head.click()


def saved(page: Page) -> None:
    """Wait until everything is on the server."""
    expect(page.locator("#editor-state")).to_contain_text(STORED)
    expect(page.locator("#editor-state")).to_have_attribute("data-state", "saved")


def express(page: Page, entry: str, text: str) -> None:
    """Write an expression into a FEEL field of the properties, by the entry's id."""
    with changed(page):
        page.locator(f"[data-entry-id='{entry}'] .cm-content").fill(text)
