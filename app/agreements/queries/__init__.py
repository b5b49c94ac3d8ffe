"""What other features and pages read of agreements, tutor schools and groups."""

from .counting import Coverage, coverage
from .partners import partners_for
from .registry import (
    AgreementFilter,
    agreement,
    agreements,
    grounds_seen,
    network_groups,
    of_organisation,
    signed_schools,
    sites,
)

__all__ = [
    "AgreementFilter",
    "Coverage",
    "agreement",
    "agreements",
    "coverage",
    "grounds_seen",
    "network_groups",
    "of_organisation",
    "partners_for",
    "signed_schools",
    "sites",
]
