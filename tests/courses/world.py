"""A small region with people, made by the operations of `people`."""

from __future__ import annotations

from app.kernel.actor import PLATFORM, Actor
from app.people import operations as people
from app.people import queries

ORGANISATIONS = (
    ("region", "region_authority", None),
    ("iro", "iro", "region"),
    ("cmoko", "cmoko", "region"),
    ("lebedyan", "mouo", "region"),
    ("lebedyan-mms", "mms", "lebedyan"),
    ("gryazi", "mouo", "region"),
    ("lebedyan-1", "school", "lebedyan"),
    ("lebedyan-2", "school", "lebedyan"),
    ("gryazi-1", "school", "gryazi"),
)
PEOPLE = (
    # login, position, roles
    ("leader", "руководитель курсов", "course_leader@iro"),
    ("leader2", "руководитель курсов", "course_leader@iro"),
    ("chair", "профессор", "attestation_commission_member@iro"),
    ("member", "доцент", "attestation_commission_member@iro"),
    ("methodist", "методист по математике", "iro_methodist@iro"),
    ("methodist2", "методист по русскому языку", "iro_methodist@iro"),
    ("iro_head", "директор", "iro_head@iro"),
    ("iro_coordinator", "заведующая", "iro_coordinator@iro"),
    ("region_coordinator", "заместитель начальника", "region_coordinator@region"),
    ("cmoko_attestation", "специалист", "cmoko_attestation@cmoko"),
    ("cmoko_analyst", "аналитик", "cmoko_analyst@cmoko"),
    ("mouo_head", "начальник отдела", "mouo_head@lebedyan"),
    ("mouo_head2", "начальник отдела", "mouo_head@gryazi"),
    ("mms_methodist", "методист", "mms_methodist@lebedyan-mms"),
    ("school_head", "директор школы", "school_head@lebedyan-1"),
    ("school_head2", "директор школы", "school_head@gryazi-1"),
    ("deputy_head", "завуч", "deputy_head@lebedyan-1"),
    ("teacher", "учитель математики", "teacher@lebedyan-1"),
    ("teacher2", "учитель математики", "teacher@gryazi-1"),
    ("teacher3", "учитель математики", "teacher@lebedyan-2"),
    ("auditor", "аудитор", "auditor@region"),
    ("designer", "проектировщик", "designer@region"),
    ("juror", "член жюри", "juror@region"),
)


def make_world(password: str | None = None) -> None:
    """Organisations and people of the region."""
    for code, kind, parent in ORGANISATIONS:
        people.create_organisation(PLATFORM, code, kind, f"Организация {code}", short_name=code, parent=parent)
    for login, position, role in PEOPLE:
        name, _, organisation = role.partition("@")
        people.create_person(
            PLATFORM,
            login,
            last_name=login.title(),
            first_name="Имя",
            position=position,
            organisation=organisation,
            password=password,
            must_change_password=False,
            roles=[(name, organisation)],
            consent=True,
        )


def actor(login: str) -> Actor:
    """The person of a login as an actor."""
    return queries.actor_for(login)
