"""What would be said if some files were deployed together."""

from __future__ import annotations

from collections.abc import Sequence

from app.engine.deployments.files import Defect
from app.engine.deployments.linking import link
from app.engine.deployments.reading import read_files
from app.engine.views import Resource


def check(resources: Sequence[Resource]) -> list[Defect]:
    """Read files of people as a deployment would, judge how they are drawn, and look for what they name.

    Returns:
        everything there is to say; `strict` is what counts in our own designer.
    """
    files, defects = read_files(resources, trusted=False)
    return [*defects, *link(files)[1]]
