"""Agreements of cooperation."""

from __future__ import annotations

from app.documents.facts.common import Facts, Source, day, place, place_name, rows, text


def cooperation_agreement(source: Source) -> Facts:
    """Соглашение о сотрудничестве: parties, subject, forms, joint plan, term."""
    data = source.data
    return {
        "вид_соглашения": text(data.get("kind")),
        "предмет": text(data.get("subject")),
        "взаимодействие": text(data.get("forms_of_cooperation")),
        "действует": {"с": day(data.get("term_from")), "по": day(data.get("term_to"))},
        "стороны": [_party(row.get("organisation"), row.get("role")) for row in rows(data.get("parties"))],
        "план": [
            {
                "название": text(row.get("title")),
                "срок": day(row.get("due")),
                "ответственный": place_name(row.get("responsible")),
                "результат": text(row.get("result")),
            }
            for row in rows(data.get("joint_plan"))
        ],
    }


def _party(code: object, role: object) -> Facts:
    facts = place(str(code) if code else None)
    head = facts.get("руководитель") or {}
    return {"название": facts.get("название"), "роль": text(role), "руководитель": head.get("инициалы")}
