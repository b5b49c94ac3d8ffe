"""Every text of the program has a Russian translation, and placeholders survive it."""

from __future__ import annotations

import re

from app.web.translations_build import merged
from app.web.translations_check import texts, untranslated

_PLACEHOLDER = re.compile(r"%\((\w+)\)")


def test_every_text_is_translated() -> None:
    missing = untranslated()
    assert not missing, "\n".join(f"{place}: {text!r}" for text, place in missing.items())


def test_the_parts_agree_and_keep_the_placeholders() -> None:
    wrong = []
    for message in merged():
        source = message.id[-1] if isinstance(message.id, tuple) else message.id
        forms = message.string if isinstance(message.string, tuple) else (message.string,)
        if any(set(_PLACEHOLDER.findall(form)) != set(_PLACEHOLDER.findall(source)) for form in forms):
            wrong.append(source)
    assert wrong == []


def test_plurals_have_three_russian_forms() -> None:
    assert all(len(message.string) == 3 for message in merged() if isinstance(message.id, tuple))


def test_msgids_are_english() -> None:
    quoted = re.compile("«[^»]*»")
    foreign = [(text, place) for text, place in texts() if re.search("[а-яё]", quoted.sub("", str(text)), re.I)]
    assert foreign == []
