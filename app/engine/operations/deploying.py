"""Taking in models: BPMN, DMN and forms together, checked first."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from flask_babel import lazy_gettext as _l

from app.engine import policies
from app.engine.deployments.linking import dependents, link
from app.engine.deployments.reading import Defect, read_files
from app.engine.deployments.settled import as_settled
from app.engine.deployments.storing import store
from app.engine.statements import run
from app.engine.views import Deployed, Resource
from app.feel import FeelError
from app.kernel.actor import Actor
from app.kernel.errors import Invalid

_ALONE = "SELECT pg_advisory_xact_lock(hashtextextended('engine.deploy', 0))"


def deploy(
    actor: Actor,
    resources: Sequence[Resource],
    *,
    internal: bool = False,
    settled: bool = False,
    within: Collection[str] | None = None,
) -> Deployed:
    """Deploy files together. An unchanged resource keeps its version; processes that are bound to a changed one by
    `bindingType="deployment"` get a new version with it.

    Args:
        settled: the files are those that the program comes with: what was replaced since stays (`as_settled`).
        within: ids of the only processes that get one (the sandbox: what a scenario can reach); None for all.

    Raises:
        Invalid: something would not run; `details["findings"]` lists what and why, nothing is deployed.
        Forbidden: the actor may not deploy.
    """
    policies.demand(internal or policies.may_deploy(actor))
    if not resources:
        raise Invalid(_l("There is nothing to deploy."))
    files, defects = read_files(resources, trusted=internal or actor.system)
    _refuse(defects)
    hold_deployments()
    if settled:
        files = as_settled(files)
    again, more = read_files(dependents(files, within), trusted=True)
    files += again
    links, missing = link(files)
    defects += [*more, *missing]
    _refuse(defects)
    try:
        deployed = store(actor, links)
    except FeelError as error:
        raise Invalid(_l("A start event is wrong: %(reason)s", reason=str(error)), findings=[]) from error
    return replace(deployed, warnings=tuple(defect.to_dict() for defect in defects))


def hold_deployments() -> None:
    """Nothing else is deployed from now until the transaction ends: what is compared with it stays as it is."""
    run(_ALONE, {})


def _refuse(defects: list[Defect]) -> None:
    """Raises Invalid when there is an error among the findings."""
    errors = [defect for defect in defects if defect.severity == "error"]
    if errors:
        findings = [defect.to_dict() for defect in defects]
        by_file: dict[str, list[object]] = {}
        for defect in errors:
            by_file.setdefault(defect.resource, []).append(defect.text("ru"))
        raise Invalid(_l("The model was not accepted: nothing was deployed."), by_file, findings=findings)
