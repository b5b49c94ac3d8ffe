"""Who may see which records and documents: the table of roles.md §3 as data. It wins over any note elsewhere.

Columns: kinds | teacher | head and deputy of a school | municipality and ММС | ИРО | ЦМОКО | region | auditor.
A cell lists what everybody of the column may see, or `role:rule` for one role of it. Rules:

    own         records of which the person is the owner or in which the person is named
    unit        records of the organisation where the role is held, and of those below it
    course      records of the person's own courses     assigned    of the objects of tasks and assignments
    published   records in force (`PUBLISHED`)          all         every record
    counts      no record, only how many there are      -           nothing
    rule(a,b)   only these fields of the data            rule+rule   both must hold

Roles that stand in no column (jurors, observers, experts, hosts, …) see `assigned` only. A kind that is not in the
table is seen by its owner, by `assigned`, and by auditors.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

GROUPS: dict[str, tuple[str, ...]] = {
    "teacher": ("teacher",),
    "school": ("school_head", "deputy_head"),
    "municipal": (
        "mouo_head",
        "municipal_coordinator",
        "programme_coordinator",
        "municipal_wg_member",
        "mms_methodist",
        "mmo_head",
    ),
    "iro": (
        "iro_head",
        "iro_coordinator",
        "iro_methodist",
        "programme_developer",
        "course_leader",
        "expert_commission_member",
        "attestation_commission_member",
        "editor",
    ),
    "cmoko": ("cmoko_analyst", "cmoko_attestation"),
    "region": ("region_head", "region_coordinator", "region_wg_member"),
    "auditor": ("auditor",),
}
PUBLISHED = ("published", "in_force", "approved", "signed")
"""States of a record that everybody counts as published."""

TABLE = """
technical_assignment course_application | own | unit | own counts | course_leader:course iro_methodist:course | - | counts | all
entry_test_result | own | unit(level) | counts | course_leader:course iro_methodist:course | - | counts | all
test_protocol | - | - | - | course_leader:course iro_methodist:course | - | counts | all
method_diagnostics competence_plan practical_task | own | - | counts | course_leader:course iro_methodist:course | - | counts | all
test_item_answers | own | - | - | course_leader:course | - | - | all
attestation_sheet final_attestation | own | - | - | attestation_commission_member:assigned course_leader:course | - | counts | all
certificate study_note | own | unit(number,hours,listener,programme,issued_on) | counts | course_leader:course iro_head:all iro_coordinator:all | - | counts | all
frdo_export | - | - | - | course_leader:course iro_head:all iro_coordinator:all | - | - | all
course_report implementation_check | own | unit | counts | course_leader:course | - | counts | all
attestation_base_record | own | - | - | course_leader:course | cmoko_attestation:all | region_coordinator:all | all
recommendation | own | - | - | attestation_commission_member:assigned course_leader:course | cmoko_attestation:all | region_coordinator:all | all
support_activity individual_route internship | own | unit | mms_methodist:assigned counts | iro_methodist:assigned | - | counts | all
external_course_result | own | unit | unit | iro_coordinator:all | - | all | all
course_card seminar_card event_report publication_record info_item | all | all | all | all | all | all | all
dpp_card | published | published | published | programme_developer:assigned expert_commission_member:assigned iro_coordinator:all published | published | region_coordinator:all published | all
dpp_expert_opinion | - | - | - | programme_developer:assigned expert_commission_member:assigned iro_coordinator:all | - | region_coordinator:all | all
school_context failure_prevention | - | unit | unit | curator:assigned all | all | all | all
assessment_results low_quality_zone monitor_results | - | unit | unit | all | all | all | all
school_list_decision | unit+published | unit+published | unit | iro_coordinator:all published | published | all | all
curator_card expert_profile | unit(curator,person,name) | unit | unit | all own | - | all | all
school_programme programme_expertise indicator_interview arp_stage_report address_recommendations targeted_support effective_mode_card practice_survey quality_plan | school_team_member:unit | unit | unit | assigned iro_coordinator:all | - | all | all
municipal_programme roadmap_row measure_report | published | published unit | unit | all | own | all | all
effectiveness_analysis concept_document closing_report management_decision survey_report analytic_note | published | unit published | unit | all | published | all | all
order meeting_protocol support_body | own | own unit | unit | own unit iro_coordinator:all | own unit | all | all
cooperation_agreement partner_visit | own | unit | unit | all | - | all | all
monitor_motives monitor_satisfaction monitor_school_life survey_satisfaction | - | counts | counts | counts | counts | counts | counts
monitor_teacher_competence | own | unit | counts | curator:assigned counts | - | counts | all
school_monitoring_summary | - | unit | unit | all | all | all | all
survey_difficulties | own | counts | counts | course_leader:course counts | - | counts | all
municipal_monitoring_row | - | published | unit | all | all | all | all
event_registration | own | unit | assigned counts | assigned iro_coordinator:all | own | counts | all
consultation_request consultation_journal | own | unit | unit | own iro_coordinator:all | - | counts | all
contest_entry | own | unit | unit | juror:assigned iro_coordinator:all | - | region_coordinator:all | all
contest_score | - | - | - | juror:own iro_coordinator:all | - | region_coordinator:all | all
publication_submission publication_review methodical_product practice_card | own | unit | unit own | editor:all assigned | own | all | all
observer_assignment observer_report | observer:own | unit | unit | iro_coordinator:all | - | all | all
equipment_request | - | unit | unit | iro_coordinator:all | - | all | all
student_risk | assigned | unit | counts | counts | - | counts | counts
"""  # noqa: E501


@dataclass(frozen=True, slots=True)
class Grant:
    """What a role may see of a kind: rules that must all hold, and the only fields shown (empty: all of them)."""

    rules: tuple[str, ...]
    fields: tuple[str, ...] = ()


_ASSIGNED = (Grant(("assigned",)),)
_UNLISTED = (Grant(("own",)), Grant(("assigned",)))
_TOKEN = re.compile(r"(?:(\w+):)?([\w+-]+)(?:\(([\w,]*)\))?")


def grants_for(kind: str, role: str) -> tuple[Grant, ...]:
    """What a role may see of a kind."""
    if kind not in kinds():
        return (Grant(("all",)),) if role == "auditor" else _UNLISTED
    return kinds()[kind].get(role, _ASSIGNED)


@lru_cache(maxsize=1)
def kinds() -> dict[str, dict[str, tuple[Grant, ...]]]:
    """The table: kind -> role -> grants."""
    found: dict[str, dict[str, tuple[Grant, ...]]] = {}
    for line in TABLE.strip().splitlines():
        names, *cells = (cell.strip() for cell in line.split("|"))
        roles = _roles_of(cells)
        found.update(dict.fromkeys(names.split(), roles))
    return found


def _roles_of(cells: list[str]) -> dict[str, tuple[Grant, ...]]:
    roles: dict[str, list[Grant]] = {}
    for group, cell in zip(GROUPS.values(), cells, strict=True):
        for role in group:
            roles.setdefault(role, [])
        named: dict[str, list[Grant]] = {}
        for token in _TOKEN.finditer(cell):
            role, rule, fields = token.groups()
            if rule == "-":
                continue
            grant = Grant(tuple(rule.split("+")), tuple((fields or "").split(",")) if fields else ())
            for each in (role,) if role else group:
                named.setdefault(each, []).append(grant)
        for role, grants in named.items():
            roles.setdefault(role, []).extend(grants)
    return {role: tuple(grants) for role, grants in roles.items()}
