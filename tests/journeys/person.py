"""A person at the pages, over HTTP: reads what a page shows, fills in what it asks, presses its buttons."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Flask
from lxml import html
from lxml.html import HtmlElement
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

PASSWORD = "demo"
_BEFORE, _AFTER = re.compile(r"\s+([,.:;!?)»])"), re.compile(r"([«(])\s+")
_TASK = re.compile(r"/tasks/(\d+)")
_PROCESS = re.compile(r"/processes/(\d+)")
Value = Any
"""A text, a number, a truth, a list of texts, a list of rows (contexts), or an upload (stream, name)."""


def words(element: HtmlElement | None) -> str:
    """The text of an element as it is read: with a space wherever an element begins or ends."""
    text = " ".join(" ".join(element.itertext()).split()) if element is not None else ""
    return _AFTER.sub(r"\1", _BEFORE.sub(r"\1", text))


def classed(root: HtmlElement, name: str, tag: str = "*") -> list[HtmlElement]:
    """Elements with a class, in their order."""
    path = f".//{tag}[contains(concat(' ', normalize-space(@class), ' '), ' {name} ')]"
    found: list[HtmlElement] = root.xpath(path)
    return found


@dataclass(frozen=True)
class Entry:
    """A task in the list: its key, its name, what it is about, the whole line."""

    key: int
    name: str
    about: str
    line: str


class Page:
    """What came back: status, address and content."""

    def __init__(self, person: Person, response: TestResponse) -> None:
        self.person = person
        self.status = response.status_code
        self.path = response.request.path
        self.body = response.data
        self.type = response.mimetype
        response.close()
        self.root: HtmlElement = (
            html.fromstring(self.body.decode() or "<html></html>") if self.type == "text/html" else html.Element("html")
        )

    @property
    def main(self) -> HtmlElement:
        """The page without its frame."""
        found = self.root.xpath("//main")
        return found[0] if found else self.root

    @property
    def text(self) -> str:
        """All that the main part says."""
        return words(self.main)

    @property
    def heading(self) -> str:
        """The page's first heading."""
        return words(next(iter(self.root.xpath("//h1")), None))

    @property
    def said(self) -> str:
        """What the page announces on top: messages and alerts."""
        return " ".join(words(each) for each in classed(self.root, "alert"))

    def fact(self, term: str) -> str:
        """The value beside a term of a definition list.

        Raises:
            AssertionError: no such term.
        """
        for each in self.main.xpath(".//dt"):
            if words(each) == term:
                return words(next(each.itersiblings("dd"), None))
        raise AssertionError(f"no {term!r} on {self.path}: {self.text[:600]}")

    def tables(self) -> list[list[dict[str, str]]]:
        """Tables as rows of column → text."""
        return [_rows(each) for each in self.main.xpath(".//table")]

    def table(self, column: str) -> list[dict[str, str]]:
        """The first table that has the column.

        Raises:
            AssertionError: none has it.
        """
        for each in self.tables():
            if each and column in each[0]:
                return each
        raise AssertionError(f"no table with {column!r} on {self.path}: {self.text[:600]}")

    def links(self, beginning: str) -> dict[str, str]:
        """Addresses that begin so, with their words."""
        return {
            each.get("href"): words(each)
            for each in self.root.xpath(".//a[@href]")
            if each.get("href").startswith(beginning)
        }

    def follow(self, text: str) -> Page:
        """Open the link that says so.

        Raises:
            AssertionError: there is none.
        """
        for each in self.root.xpath(".//a[@href]"):
            if text in words(each) or text == each.get("aria-label"):
                return self.person.get(each.get("href"))
        raise AssertionError(f"no link {text!r} on {self.path}: {self.text[:600]}")

    def form(self, having: str) -> Form:
        """The form with a field or a button of that name, address ending or label.

        Raises:
            AssertionError: there is none.
        """
        for each in self.root.xpath(".//form"):
            named = {field.get("name") for field in each.xpath(".//input | .//select | .//textarea | .//button")}
            spoken = {words(button) for button in each.xpath(".//button")}
            if having in named | spoken or (each.get("action") or "").endswith(having):
                return Form(self, each)
        raise AssertionError(f"no form with {having!r} on {self.path}: {self.text[:600]}")

    @property
    def buttons(self) -> list[str]:
        """What can be pressed in the main part."""
        return [words(each) for each in self.main.xpath(".//button") if each.get("aria-hidden") != "true"]


def _rows(table: HtmlElement) -> list[dict[str, str]]:
    heads = [words(each) for each in table.xpath("./thead//th")]
    return [
        dict(zip(heads, [words(cell) for cell in row.xpath("./td | ./th")], strict=False))
        for row in table.xpath("./tbody/tr | ./tr[not(parent::thead)]")
    ]


class Form:
    """A form of a page with what stands in it; `press` sends it as a browser does."""

    def __init__(self, page: Page, element: HtmlElement) -> None:
        self.page, self.element = page, element
        self.entries: MultiDict[str, Value] = MultiDict()
        for each in element.xpath(".//input | .//textarea | .//select"):
            name, value = each.get("name"), _standing(each)
            if name and value is not None:
                self.entries.add(name, value)

    def controls(self, name: str) -> list[HtmlElement]:
        """The controls of that name that a person sees."""
        found: list[HtmlElement] = self.element.xpath(
            ".//*[(self::input[not(@type='hidden')] or self::textarea or self::select) and @name=$name]", name=name
        )
        return found

    def offers(self, name: str) -> list[str] | None:
        """The choices that a control offers; None when anything may be entered."""
        found = self.controls(name)
        if found and found[0].tag == "select":
            return [each.get("value") or "" for each in found[0].xpath(".//option")]
        if found and found[0].get("type") in ("radio", "checkbox"):
            return [each.get("value", "on") for each in found]
        return None

    def takes(self, path: str, value: Value) -> bool:
        """Whether a field of the process's form can be given this value as the page stands."""
        name = _name(path, value)
        offered = self.offers(name)
        if not self.controls(name) or offered is None or isinstance(value, bool):
            return bool(self.controls(name))
        return set(_texts(value)) <= set(offered)

    def set(self, path: str, value: Value) -> None:
        """Enter a value into a field of the process's form."""
        self.enter(_name(path, value), value)

    def enter(self, name: str, value: Value) -> None:
        """Enter a value into a control; choices must be offered.

        Raises:
            AssertionError: no such control, or it does not offer the value.
        """
        found, offered = self.controls(name), self.offers(name)
        assert found, f"no field {name} on {self.page.path}: {sorted(set(self.entries))}"
        if found[0].get("type") == "file":
            self.entries.setlist(name, [value])
            return
        if offered is not None and isinstance(value, bool):
            wanted = (
                [each for each in offered if each.lower() == _typed(value)] if len(offered) > 1 else offered[:value]
            )
        else:
            wanted = _texts(value)
            assert offered is None or set(wanted) <= set(offered), f"{name} offers {offered}, not {wanted}"
        hidden = self.element.xpath(".//input[@type='hidden' and @name=$name]/@value", name=name)
        self.entries.setlist(name, [*hidden, *wanted])

    def press(self, label: str = "", *, name: str = "", value: str = "") -> Page:
        """Press the button that says so (or the first one), and look at where it leads.

        Raises:
            AssertionError: no such button.
        """
        sent = MultiDict(self.entries)
        action = self.element.get("action") or self.page.path
        for button in self.element.xpath(".//button[not(@type) or @type='submit']"):
            if button.get("aria-hidden") == "true" and not name:
                continue
            said = words(button)
            if (name and button.get("name") == name and value in ("", button.get("value"))) or (
                not name and label in ("", said)
            ):
                if button.get("name"):
                    sent.add(button.get("name"), button.get("value") or "")
                action = button.get("formaction") or action
                break
        else:
            raise AssertionError(f"no button {label or name!r} on {self.page.path}, only {self.page.buttons}")
        if (self.element.get("method") or "get").lower() == "get":
            return self.page.person.get(action, query=sent)
        return self.page.person.post(action, sent)


def _standing(element: HtmlElement) -> str | None:
    """What a control sends as it stands; None when it sends nothing."""
    kind = element.get("type", "text") if element.tag == "input" else element.tag
    if element.get("disabled") is not None or kind in ("file", "submit", "button"):
        return None
    if kind in ("checkbox", "radio"):
        return (element.get("value") or "on") if element.get("checked") is not None else None
    if kind == "select":
        chosen = element.xpath(".//option[@selected]") or element.xpath(".//option")[:1]
        return (chosen[0].get("value") or "") if chosen else None
    if kind == "textarea":
        return (element.text or "").removeprefix("\n").replace("\n", "\r\n")
    return element.get("value") or ""


def _name(path: str, value: Value) -> str:
    return f"u.{path}" if isinstance(value, tuple) else f"f.{path}"


def _texts(value: Value) -> list[str]:
    return [_typed(each) for each in (value if isinstance(value, list) else [value])]


def _typed(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value).replace(".", ",") if isinstance(value, float) else str(value)


class Task:
    """The page of one task: its form and its buttons."""

    def __init__(self, page: Page) -> None:
        self.page = page
        found = _TASK.match(page.path)
        assert found, f"{page.path} is no task: {page.text[:500]}"
        self.key = int(found[1])

    @property
    def name(self) -> str:
        """What is to be done."""
        return words(next(iter(self._article.xpath(".//h2")), None))

    @property
    def text(self) -> str:
        """All that the task shows."""
        return words(self._article)

    @property
    def _article(self) -> HtmlElement:
        return classed(self.page.root, "task", "article")[0]

    @property
    def buttons(self) -> list[str]:
        """The outcomes that can be chosen."""
        return [words(each) for each in self._article.xpath(".//button[@name='outcome']")]

    @property
    def errors(self) -> dict[str, str]:
        """Marked fields with their messages, by field path (`comment` and `password` by their names)."""
        found = {}
        for each in classed(self.page.root, "invalid-feedback"):
            name = _field_of(self.page.root, each.get("id") or "")
            found[name.removeprefix("f.")] = words(each)
        return found

    def value(self, path: str) -> str:
        """What stands in a field that can be filled in; "" when nothing does."""
        form = self._form()
        return next((text for text in reversed(form.entries.getlist(f"f.{path}")) if text), "")

    def values(self, path: str) -> list[str]:
        """All that is chosen in a field."""
        return [text for text in self._form().entries.getlist(f"f.{path}") if text]

    def offered(self, path: str) -> list[str]:
        """Values that a field offers."""
        return [each for each in self._form().offers(f"f.{path}") or () if each]

    def rows(self, path: str, key: str) -> dict[str, int]:
        """Rows of a list by the value of a read-only field: value → number of the row."""
        found = {}
        for each in self._form().element.xpath(".//input[@type='hidden']"):
            parts = (each.get("name") or "").removeprefix(f"f.{path}.").split(".")
            if (each.get("name") or "").startswith(f"f.{path}.") and parts[1:] == ["_row"]:
                found[each.get("value")] = int(parts[0])
        return found

    def has(self, path: str) -> bool:
        """Whether the form asks for this."""
        return bool(self._form().controls(f"f.{path}") or self._form().controls(f"u.{path}"))

    def fill(self, values: Mapping[str, Value] | None = None, **more: Value) -> Task:
        """Fill in fields by key; lists of contexts are rows. The form is shown again as it changes.

        Raises:
            AssertionError: the form does not ask for something, or does not offer it.
        """
        wanted = dict(_flat({**(values or {}), **more}))
        while wanted:
            form = self._form()
            there = {path: value for path, value in wanted.items() if form.takes(path, value)}
            for path, value in there.items():
                form.set(path, value)
                wanted.pop(path)
            adding = _row_to_add(form, list(wanted))
            assert there or adding, f"«{self.name}» does not ask for {wanted}: {self.text}"
            self.page = form.press(name="_add", value=adding) if adding else form.press("Сохранить черновик")
            assert self.page.status == 200, self.page.text
        return self

    def pick(self, path: str, words: str, value: str) -> Task:
        """Choose in a picker, after a search where there are many; a list's next row is added."""
        if not self.has(path) and not self._form().controls(f"q.{path}"):
            self.page = self._form().press(name="_add", value=path.partition(".")[0])
        form = self._form()
        if form.controls(f"q.{path}"):
            form.enter(f"q.{path}", words)
            self.page = form.press("Сохранить черновик")
        return self.fill({path: value})

    def press(self, label: str, *, comment: str = "", password: str = "") -> Page:
        """Choose an outcome. A sign-off asks for the password."""
        form = self._form()
        if comment:
            form.enter("comment", comment)
        if password:
            form.enter("password", password)
        answer = form.press(label)
        if answer.status == 422:
            self.page = answer
        return answer

    def done(self, label: str = "Отправить", *, comment: str = "", password: str = "") -> Page:
        """Choose an outcome that must be accepted. Signs with the password where one is asked for."""
        signing = bool(self._form().controls("password"))
        answer = self.press(label, comment=comment, password=password or (PASSWORD if signing else ""))
        assert answer.path.endswith("/finished"), f"«{self.name}»: {answer.status} {self.errors or answer.text}"
        return answer

    def take(self) -> Page:
        """Press «Взять в работу»."""
        return self.page.form("/claim").press()

    def _form(self) -> Form:
        found = self.page.root.xpath("//form[@id='task-form']")
        assert found, f"«{self.name}» cannot be done on this page: {self.text}"
        return Form(self.page, found[0])


def _field_of(root: HtmlElement, error_id: str) -> str:
    for each in root.xpath("//*[@aria-describedby]"):
        if error_id in each.get("aria-describedby").split():
            own = each.get("name")
            inner = [control.get("name") for control in each.xpath(".//*[@name]")]
            return own or next(iter(inner), error_id)
    return error_id.removesuffix("-error")


def _flat(values: Mapping[str, Value], before: str = "") -> list[tuple[str, Value]]:
    """Rows and groups as paths: `difficulties.0.text`."""
    found: list[tuple[str, Value]] = []
    for key, value in values.items():
        path = f"{before}{key}"
        if isinstance(value, Mapping):
            found += _flat(value, f"{path}.")
        elif isinstance(value, list) and value and isinstance(value[0], Mapping):
            for number, row in enumerate(value):
                found += _flat(row, f"{path}.{number}.")
        else:
            found.append((path, value))
    return found


def _row_to_add(form: Form, missing: Sequence[str]) -> str | None:
    """The list whose next row is missing and may be added."""
    addable = {each.get("value") for each in form.element.xpath(".//button[@name='_add']")}
    return next((name for name in addable if any(path.startswith(f"{name}.") for path in missing)), None)


class Person:
    """Somebody at a browser: `Person(app, "teacher")` signs in when first asked to open something."""

    def __init__(self, app: Flask, login: str, password: str = PASSWORD) -> None:
        self.app, self.login, self.password = app, login, password
        self.client = app.test_client()
        self.token = ""

    def get(self, path: str, *, query: Any = None) -> Page:
        """Open an address, signing in when asked to."""
        page = self._go("GET", path, query=query)
        if page.path == "/login" and not path.startswith("/login"):
            self.sign_in()
            page = self._go("GET", path, query=query)
        return page

    def post(self, path: str, data: Any) -> Page:
        """Send a form."""
        return self._go("POST", path, data=data)

    def sign_in(self) -> Page:
        """Sign in at the login page.

        Raises:
            AssertionError: refused.
        """
        form = Page(self, self.client.get("/login", follow_redirects=True)).form("password")
        form.enter("login", self.login)
        form.enter("password", self.password)
        page = form.press()
        assert page.path != "/login", page.said or page.text
        return page

    def inbox(self, **filters: str) -> list[Entry]:
        """The tasks in «Мои задачи», all of them."""
        found: list[Entry] = []
        address, query = "/tasks", filters or None
        while address:
            page = self.get(address, query=query)
            assert page.status == 200, page.text
            for row in classed(page.root, "task-row", "a"):
                about = words(next(iter(classed(row, "task-about")), None))
                key = int(_TASK.search(row.get("href"))[1])  # type: ignore[index]
                found.append(Entry(key, words(row.xpath(".//strong")[0]), about, words(row)))
            following = page.root.xpath("//a[@rel='next']/@href")
            address, query = (following[0] if following else ""), None
        return found

    def names(self) -> list[str]:
        """What is to be done, as the list calls it."""
        return sorted(each.name for each in self.inbox())

    def task(self, name: str, about: str = "") -> Task:
        """Open the one task of that name (about this).

        Raises:
            AssertionError: none, or several.
        """
        entries = self.inbox()
        found = [each for each in entries if each.name == name and about in each.line]
        assert len(found) == 1, f"{self.login} has {len(found)} «{name}» ({about}) among {[e.line for e in entries]}"
        return self.open(found[0].key)

    def open(self, key: int) -> Task:
        """Open a task by its key."""
        page = self.get(f"/tasks/{key}")
        assert page.status == 200, page.text
        return Task(page)

    def start(self, process: str) -> Task:
        """Press «Начать процесс» and land at the first task."""
        page = self.get("/processes/start")
        assert f"/processes/start/{process}" in page.links("/processes/start/"), page.text
        return Task(self.get(f"/processes/start/{process}").form("token").press())

    def process_of(self, task: Task | int) -> int:
        """Key of the process that a task belongs to."""
        page = task.page if isinstance(task, Task) else self.get(f"/tasks/{task}")
        found = next(filter(None, map(_PROCESS.match, page.links("/processes/"))))
        return int(found[1])

    def _go(self, method: str, path: str, *, query: Any = None, data: Any = None) -> Page:
        options: dict[str, Any] = {"query_string": query, "follow_redirects": True}
        if data is not None:
            options.update(data=data, headers={"Referer": "http://localhost/"})
        return Page(self, self.client.open(path, method=method, **options))
