"""Tables of the register of schools."""

from .contexts import SchoolContext
from .groups import SchoolGroup, SchoolMembership
from .indices import IndexRun, SchoolIndex
from .lists import ReportedFigure, SchoolList, SchoolListRow
from .results import AssessmentImport, AssessmentResult

__all__ = [
    "AssessmentImport",
    "AssessmentResult",
    "IndexRun",
    "ReportedFigure",
    "SchoolContext",
    "SchoolGroup",
    "SchoolIndex",
    "SchoolList",
    "SchoolListRow",
    "SchoolMembership",
]
