"""The programmes of the demo."""

from __future__ import annotations

from typing import Any

from app.courses.operations import programmes
from app.people import queries as people

from .banks import BANK

_FORMS = ["зачёт", "показательный фрагмент урока", "мастер-класс"]
PROGRAMMES: dict[str, dict[str, Any]] = {
    "МАТ-72": {
        "title": "Преподавание математики в школе с низкими результатами обучения",
        "audience": "учителя математики",
        "subject": "математика",
        "hours": 72,
        "form": "очная",
        "modules": [
            {"title": "Нормативные и методические основы", "hours": 24, "form": "очная", "variative": False},
            {"title": "Современный урок математики", "hours": 32, "form": "очная", "variative": False},
            {
                "title": "Уравнения и неравенства",
                "hours": 16,
                "form": "очная",
                "variative": True,
                "groups": ["А — предметная"],
            },
        ],
        "attestation_forms": _FORMS,
        "test_bank": BANK,
    },
    "РУС-36": {
        "title": "Читательская грамотность на уроках русского языка",
        "audience": "учителя русского языка",
        "subject": "русский язык",
        "hours": 36,
        "form": "очная",
        "modules": [
            {"title": "Диагностика читательской грамотности", "hours": 12, "form": "очная", "variative": False},
            {"title": "Работа с текстом", "hours": 24, "form": "очная", "variative": False},
        ],
        "attestation_forms": _FORMS,
    },
    "ФО-36": {
        "title": "Формирующее оценивание и работа с разными группами учеников",
        "audience": "учителя всех предметов",
        "subject": "педагогика",
        "hours": 36,
        "form": "очно-заочная",
        "modules": [
            {"title": "Оценивание, которое помогает учиться", "hours": 18, "form": "очная", "variative": False},
            {"title": "Разноуровневый урок", "hours": 18, "form": "заочная", "variative": False},
        ],
        "attestation_forms": _FORMS,
    },
}


def load_programmes() -> None:
    """Draft them and put them into force."""
    developer = people.actor_for("programme_developer")
    for code, card in PROGRAMMES.items():
        programmes.approve_programme(developer, programmes.draft_programme(developer, code, card))
