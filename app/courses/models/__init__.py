"""Tables of the feature."""

from .attestation import AttestationRow, AttestationSession, SheetSignature
from .courses import Course, CourseOrder, CoursePerson, Subgroup
from .frdo import FrdoLayout
from .listeners import GroupMove, ImportRun, Listener, TestResult
from .programmes import Programme
from .records import AttestationBaseRecord, Certificate, Recommendation, StudyNote

__all__ = [
    "AttestationBaseRecord",
    "AttestationRow",
    "AttestationSession",
    "Certificate",
    "Course",
    "CourseOrder",
    "CoursePerson",
    "FrdoLayout",
    "GroupMove",
    "ImportRun",
    "Listener",
    "Programme",
    "Recommendation",
    "SheetSignature",
    "StudyNote",
    "Subgroup",
    "TestResult",
]
