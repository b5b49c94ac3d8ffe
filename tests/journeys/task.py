"""The page of a task: what it asks for, filled in, its buttons."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from lxml.html import HtmlElement

from .page import Form, Page, Value, classed, words

PASSWORD = "demo"
_TASK = re.compile(r"/tasks/(\d+)")


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
