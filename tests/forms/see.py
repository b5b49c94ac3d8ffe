"""Look at the form: `python -m tests.forms.see` writes screenshots to var/see (not a test)."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from .everything import ENTRIES

OUT = Path(__file__).resolve().parents[2] / "var" / "see"


def test_see(form_page, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    page_state, address = form_page
    OUT.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as p:
        browser = p.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for width in (1280, 390):
            for name, draft in (("empty", {}), ("filled", ENTRIES)):
                page_state.draft = dict(draft)
                page = browser.new_page(viewport={"width": width, "height": 900})
                page.on("console", lambda m: print("console:", m.text))
                page.goto(address)
                page.screenshot(path=OUT / f"form_{name}_{width}.png", full_page=True)
                if name == "empty":
                    page.get_by_role("button", name="Отправить").click()
                    page.wait_for_selector("#process-form-errors")
                    page.screenshot(path=OUT / f"form_errors_{width}.png", full_page=True)
        browser.close()


if __name__ == "__main__":
    sys.exit(pytest.main([__file__, "-x", "-q", "-p", "no:randomly", "-s"]))
