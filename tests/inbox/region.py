"""A small region for tests: two municipalities, three schools, a person for each role that the tests need."""

from __future__ import annotations

from app.kernel.actor import PLATFORM, Actor
from app.people import operations, queries

PASSWORD = "медленный поезд 7"
_PLACES = (
    ("region", "region_authority", "Управление образования области", None),
    ("iro", "iro", "Институт развития образования", "region"),
    ("mun1", "mouo", "Отдел образования Первого района", "region"),
    ("mun2", "mouo", "Отдел образования Второго района", "region"),
    ("school1", "school", "Школа № 1", "mun1"),
    ("school2", "school", "Школа № 2", "mun1"),
    ("school3", "school", "Школа № 3", "mun2"),
)
_PEOPLE = (
    ("teacher", "Иванова", "Мария", "Петровна", "school1", "teacher"),
    ("teacher2", "Смирнова", "Ольга", "Игоревна", "school2", "teacher"),
    ("head", "Петров", "Семён", "Ильич", "school1", "school_head"),
    ("head2", "Соколов", "Лев", "Юрьевич", "school2", "school_head"),
    ("deputy", "Орлова", "Анна", "Сергеевна", "school1", "deputy_head"),
    ("methodist", "Белова", "Вера", "Андреевна", "iro", "iro_methodist"),
    ("methodist2", "Чернова", "Нина", "Олеговна", "iro", "iro_methodist"),
    ("leader", "Кузнецов", "Пётр", "Львович", "iro", "course_leader"),
    ("coordinator", "Фёдорова", "Инна", "Павловна", "iro", "iro_coordinator"),
    ("auditor", "Ревизов", "Ян", "Карлович", "region", "auditor"),
    ("designer", "Чертёжников", "Олег", "", "region", "designer"),
    ("admin", "Админов", "Игорь", "", "region", "admin"),
)


def build() -> None:
    """Create places and people, in the open unit of work."""
    for code, kind, name, parent in _PLACES:
        operations.create_organisation(PLATFORM, code, kind, name, parent=parent)
    for login, last, first, middle, place, role in _PEOPLE:
        operations.create_person(
            PLATFORM,
            login,
            last_name=last,
            first_name=first,
            middle_name=middle,
            email=f"{login}@example.org",
            organisation=place,
            password=PASSWORD,
            must_change_password=False,
            roles=[(role, place)],
            consent=True,
        )


def actor(login: str) -> Actor:
    """The person with the roles of today."""
    return queries.actor_for(login)
