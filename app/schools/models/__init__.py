"""Tables of the register of schools."""

from .groups import SchoolGroup, SchoolMembership

__all__ = ["SchoolGroup", "SchoolMembership"]
