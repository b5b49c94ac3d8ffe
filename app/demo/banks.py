"""The question bank of the demo (ЕФОМ, mathematics) and the test that the demo's course takes from it."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path

from app.assessment.operations import banks, importing, specifications
from app.assessment.operations.specifications import SpecificationDraft
from app.assessment.rules.drawing import Quota
from app.people import queries as people

FOLDER = Path(__file__).parent / "banks"
BANK, TEST = "ЕФОМ-МАТ", "МАТ-ВХОД"
QUOTAS = {
    "Числа и вычисления": 4,
    "Уравнения и неравенства": 4,
    "Функции": 3,
    "Геометрия": 4,
    "Вероятность и статистика": 3,
    "Методика обучения математике": 2,
}
"""Twenty items of one point: every variant has the same maximum."""
MINUTES = 60


def load_banks() -> None:
    """Load the items from their file, as a methodist does, and make the test."""
    methodist = people.actor_for("iro_methodist")
    banks.create_bank(methodist, BANK, "математика", "ЕФОМ: математика")
    run = importing.upload_items(methodist, BANK, "математика.zip", _archive())
    importing.take_items(methodist, BANK, run.key)
    quotas = [Quota(topic, count) for topic, count in QUOTAS.items()]
    draft = SpecificationDraft(TEST, "Входное тестирование по математике", quotas, MINUTES)
    specifications.save_specification(methodist, BANK, draft)


def _archive() -> bytes:
    """The GIFT file with its pictures."""
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("math.gift", (FOLDER / "math.gift").read_bytes())
        for picture in sorted((FOLDER / "pictures").glob("*.png")):
            archive.writestr(picture.name, picture.read_bytes())
    return target.getvalue()
