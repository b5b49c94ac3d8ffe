"""The ladder holds: what import-linter says of the whole code base."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_import_contracts_hold() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout[-3000:]


def test_only_the_kernel_commits() -> None:
    found = [
        str(path.relative_to(ROOT))
        for folder in ("app", "worker")
        for path in (ROOT / folder).rglob("*.py")
        if ".commit()" in path.read_text() and path.relative_to(ROOT).parts[1] != "kernel"
    ]
    assert found == []


def test_only_the_clock_asks_for_the_time() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in (ROOT / "app").rglob("*.py")
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if ("datetime.now(" in line or "date.today(" in line or "utcnow(" in line)
        and path.relative_to(ROOT).parts[1:] != ("kernel", "clock.py")
    ]
    assert found == []


def test_every_template_filter_has_a_name_of_its_own() -> None:
    """Filters of all features share one space: the second of two of one name would silently take the place."""
    given = re.compile(r"app_template_(?:filter|global|test)\(\"(\w+)\"")
    names = Counter(name for path in (ROOT / "app").rglob("*.py") for name in given.findall(path.read_text()))
    assert [name for name, times in names.items() if times > 1] == []
