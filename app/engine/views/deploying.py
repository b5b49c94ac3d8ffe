"""Deployments and definitions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Resource:
    """One file to deploy; its kind follows from the name: `.bpmn`, `.dmn`, `.form`."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class DeployedItem:
    """One definition of a deployment.

    Attributes:
        kind: `process`, `decision` or `form`.
        id: its id in the model.
        new: False when the resource was unchanged and kept its version.
    """

    kind: str
    id: str
    key: int
    version: int
    resource_name: str
    name: str | None = None
    version_tag: str | None = None
    new: bool = True


@dataclass(frozen=True, slots=True)
class Deployed:
    """The outcome of deploying; `warnings` are findings that do not prevent it."""

    key: int
    deployed_at: datetime
    items: tuple[DeployedItem, ...]
    warnings: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class DefinitionView:
    """One version of a process. `properties` are those of the process element (`owner`, `starters`, …)."""

    key: int
    process_id: str
    version: int
    version_tag: str | None
    name: str
    documentation: str | None
    resource_name: str
    deployment_key: int
    properties: Mapping[str, str]
    startable: bool
    form_id: str | None = None
    """Form of the start event, if it has one."""
