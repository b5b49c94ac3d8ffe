"""Anonymous questionnaires: links that are used once, and boxes of answers that no link leads to.

How an answer is kept apart from its link:

- A link is a random token of which only the hash is stored; the token itself stands on the printed sheet alone. The row
  knows school, audience and class (whose sheet it is) and whether it was used, not when.
- Answers of one school, audience and questionnaire lie together in **one row** as a list. An answer has no key, no
  moment, no class and no network address. Every new answer is put in where its content sorts it, and the whole row is
  written anew: neither order nor the row's own version says which answer came when or with which link.
- The access log keeps the address of the page without the token (`app.web.redaction`); nothing of a questionnaire is
  written to the audit log.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Base


class QuestionnaireLink(Base):
    """A one-time link; `used` says that it was answered with, nothing more."""

    __tablename__ = "questionnaire_link"
    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    school_key: Mapped[int] = mapped_column(ForeignKey("monitoring_school.key"))
    audience: Mapped[str]
    class_name: Mapped[str]
    used: Mapped[bool] = mapped_column(default=False)
    __table_args__ = (
        CheckConstraint("audience IN ('teacher', 'pupil', 'parent')", name="audience"),
        Index("ix_questionnaire_link_school_key", "school_key", "audience", "class_name"),
    )


class AnswerBox(Base):
    """All answers of one school and audience to one questionnaire, sorted by their content."""

    __tablename__ = "questionnaire_answers"
    school_key: Mapped[int] = mapped_column(ForeignKey("monitoring_school.key"), primary_key=True)
    audience: Mapped[str] = mapped_column(primary_key=True)
    form_id: Mapped[str] = mapped_column(primary_key=True)
    answers: Mapped[list[Any]] = mapped_column(default=list)


class QuestionnaireMiss(Base):
    """A wrong code, counted by the hash of the address it came from; forgotten after minutes."""

    __tablename__ = "questionnaire_miss"
    key: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    address: Mapped[bytes]
