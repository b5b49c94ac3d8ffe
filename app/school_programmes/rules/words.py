"""Words of the forms that the program must know (forms of school programmes, processes.md section C)."""

from __future__ import annotations

from collections.abc import Collection, Mapping

TRANSITION, MIDTERM = "transition", "midterm"
KINDS = (TRANSITION, "quality", MIDTERM, "arp", "roadmap", "targeted", "personal_environment")
"""Kinds of a programme; one programme may carry several of them."""
KIND_OF_GROUP: Mapping[str, str] = {
    "p500_2021": MIDTERM,
    "p500_2022": MIDTERM,
    "shnor": TRANSITION,
    "shnsu": TRANSITION,
    "risk_zone": "arp",
}
"""What a school in a group plans; a school in two groups has one programme with two kinds."""
NEEDS_ANALYSIS = "p500_2021"
"""Schools of this group analyse what their measures gave before they plan anew (YAR-05)."""
FEDERAL = ("p500_2021", "p500_2022")
"""Groups whose programmes the coordinator of the region agrees."""
OTHER = "другое"
DONE, PARTLY, NOT_DONE = "выполнено", "частично", "нет"
PERFORMANCE: Mapping[str, str] = {DONE: "done", PARTLY: "partly", NOT_DONE: "not_done"}
LIGHTS: Mapping[str, str] = {"по плану": "on_track", "отставание": "behind", "критично": "critical"}
"""Outputs of the decision `stage_light` and how they are kept."""
LIGHT_WORDS: Mapping[str, str] = {code: word for word, code in LIGHTS.items()}
STAGES: Mapping[str, str] = {"1": "этап 1", "2": "этап 2", "final": "итоговый этап"}
STAGE_OF_MONTH: Mapping[int, str] = {6: "1", 9: "2", 12: "final"}
"""YAR 2.5 (June, September) and track 4 (December)."""
VERDICTS: Mapping[str, str] = {
    "перешла в эффективный режим": "moved",
    "продолжить реализацию": "continue",
    "усилить поддержку": "strengthen",
}
RECOMMENDED = "рекомендовать к утверждению"
AGREED = "согласовано"
ISSUE, REJECT = "утвердить", "отклонить"


def kinds_for(groups: Collection[str]) -> list[str]:
    """Kinds of the programme of a school that belongs to these groups, in the order of `KINDS`; at least one."""
    wanted = {KIND_OF_GROUP[code] for code in groups if code in KIND_OF_GROUP} or {TRANSITION}
    return [kind for kind in KINDS if kind in wanted]
