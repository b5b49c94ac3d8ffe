"""Taking in models: BPMN, DMN and forms together, checked first."""

from __future__ import annotations

from collections.abc import Sequence

from app.engine.views import Deployed, Resource
from app.kernel.actor import Actor


def deploy(actor: Actor, resources: Sequence[Resource], *, internal: bool = False) -> Deployed:
    """Deploy files together. An unchanged resource keeps its version.

    Raises:
        Invalid: something would not run; `details["findings"]` lists what and why, nothing is deployed.
        Forbidden: the actor may not deploy.
    """
    raise NotImplementedError
