"""A page as its reader has it before them: texts, tables, links, forms."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from lxml import html
from lxml.html import HtmlElement
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

if TYPE_CHECKING:
    from .person import Person

Value = Any
"""A text, a number, a truth, a list of texts, a list of rows (contexts), or an upload (stream, name)."""
_BEFORE, _AFTER = re.compile(r"\s+([,.:;!?)»])"), re.compile(r"([«(])\s+")


def words(element: HtmlElement | None) -> str:
    """The text of an element as it is read: with a space wherever an element begins or ends."""
    text = " ".join(" ".join(element.itertext()).split()) if element is not None else ""
    return _AFTER.sub(r"\1", _BEFORE.sub(r"\1", text))


def classed(root: HtmlElement, name: str, tag: str = "*") -> list[HtmlElement]:
    """Elements with a class, in their order."""
    path = f".//{tag}[contains(concat(' ', normalize-space(@class), ' '), ' {name} ')]"
    found: list[HtmlElement] = root.xpath(path)
    return found


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
