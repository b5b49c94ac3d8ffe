"""What a browser would post: the successful controls of HTML."""

from __future__ import annotations

from lxml import html
from werkzeug.datastructures import MultiDict


def posted(markup: str, pressed: tuple[str, str] | None = None) -> MultiDict[str, str]:
    """Names and texts of the controls as they stand, and of a pressed button."""
    root = html.fromstring(f"<div>{markup}</div>")
    found: MultiDict[str, str] = MultiDict()
    for element in root.iter("input", "textarea", "select"):
        name, kind = element.get("name"), element.get("type", "text")
        if not name or kind in ("file", "submit", "button"):
            continue
        if element.tag == "textarea":
            # a line end directly after the tag does not count; browsers send line ends as CRLF
            text = (element.text or "").removeprefix("\n")
            found.add(name, text.replace("\n", "\r\n"))
        elif element.tag == "select":
            chosen = element.xpath("option[@selected]") or element.xpath("option")[:1]
            found.add(name, chosen[0].get("value", chosen[0].text or "") if chosen else "")
        elif kind in ("checkbox", "radio"):
            if element.get("checked") is not None:
                found.add(name, element.get("value", "on"))
        else:
            found.add(name, element.get("value", ""))
    if pressed:
        found.add(*pressed)
    return found
