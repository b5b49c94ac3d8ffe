"""Tables of the monitoring: rounds of schools, anonymous answers, municipal cells."""

from .municipal import MunicipalCell, MunicipalRound, MunicipalScore
from .questionnaires import AnswerBox, QuestionnaireLink, QuestionnaireMiss
from .rounds import CompetenceLevel, MonitoringFigure, MonitoringRound, MonitoringSchool

__all__ = [
    "AnswerBox",
    "CompetenceLevel",
    "MonitoringFigure",
    "MonitoringRound",
    "MonitoringSchool",
    "MunicipalCell",
    "MunicipalRound",
    "MunicipalScore",
    "QuestionnaireLink",
    "QuestionnaireMiss",
]
