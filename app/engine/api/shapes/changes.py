"""Shapes of migrations and modifications of instances, one or many."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from app.api.schemas import ApiSchema, Key
from app.engine.api.shapes.instances import ProcessInstanceFilter

MOST = 1000
"""Instructions of one call."""
_ELEMENT = validate.Length(min=1, max=250)


class MappingInstruction(ApiSchema):
    """Where an element goes; elements that are not named keep their id."""

    source_element_id = fields.String(required=True, validate=_ELEMENT)
    target_element_id = fields.String(required=True, validate=_ELEMENT)


class MigrationPlan(ApiSchema):
    """Move an instance to another version of its process."""

    target_process_definition_key = Key(required=True)
    mapping_instructions = fields.List(
        fields.Nested(MappingInstruction), required=True, validate=validate.Length(max=MOST)
    )


class MigrateProcessInstance(MigrationPlan):
    """Move one instance."""

    operation_reference = fields.Integer()


class VariableInstruction(ApiSchema):
    """Variables to set before an element starts: in the scope of `scopeId`, in the instance without one."""

    variables = fields.Dict(keys=fields.String(), required=True)
    scope_id = fields.String(load_default="")


class ActivateInstruction(ApiSchema):
    """Start an element. `ancestorElementInstanceKey` chooses among several scopes that could hold it."""

    element_id = fields.String(required=True, validate=_ELEMENT)
    variable_instructions = fields.List(fields.Nested(VariableInstruction), load_default=list)
    ancestor_element_instance_key = Key(load_default=-1)


class TerminateInstruction(ApiSchema):
    """End one element instance, or all of an element."""

    element_instance_key = Key()
    element_id = fields.String(validate=_ELEMENT)

    @validates_schema
    def one_way(self, data: dict[str, Any], **_: Any) -> None:
        """Exactly one way of naming it."""
        if ("element_instance_key" in data) == ("element_id" in data):
            raise ValidationError("Give either elementInstanceKey or elementId.", "elementInstanceKey")


class SourceInstruction(ApiSchema):
    """What is moved: one element instance, or all of an element."""

    source_type = fields.String(validate=validate.OneOf(["byId", "byKey"]))
    source_element_id = fields.String(validate=_ELEMENT)
    source_element_instance_key = Key()

    @validates_schema
    def one_way(self, data: dict[str, Any], **_: Any) -> None:
        """Exactly one way of naming it."""
        if ("source_element_id" in data) == ("source_element_instance_key" in data):
            raise ValidationError("Give either sourceElementId or sourceElementInstanceKey.", "sourceElementId")


class AncestorInstruction(ApiSchema):
    """Which scope holds what is started: `direct` names it, the others follow the source's."""

    ancestor_scope_type = fields.String(required=True, validate=validate.OneOf(["direct", "inferred", "sourceParent"]))
    ancestor_element_instance_key = Key(load_default=-1)


class MoveInstruction(ApiSchema):
    """End element instances and start another element for each of them."""

    source_element_instruction = fields.Nested(SourceInstruction, required=True)
    target_element_id = fields.String(required=True, validate=_ELEMENT)
    ancestor_scope_instruction = fields.Nested(AncestorInstruction)
    variable_instructions = fields.List(fields.Nested(VariableInstruction), load_default=list)


class ModifyProcessInstance(ApiSchema):
    """Start, move and end elements of one instance."""

    operation_reference = fields.Integer()
    activate_instructions = fields.List(
        fields.Nested(ActivateInstruction), load_default=list, validate=validate.Length(max=MOST)
    )
    move_instructions = fields.List(
        fields.Nested(MoveInstruction), load_default=list, validate=validate.Length(max=MOST)
    )
    terminate_instructions = fields.List(
        fields.Nested(TerminateInstruction), load_default=list, validate=validate.Length(max=MOST)
    )


class ChangeMany(ApiSchema):
    """Which instances are meant; a filter that is empty would mean all of them, and is refused."""

    filter = fields.Nested(ProcessInstanceFilter, required=True)
    operation_reference = fields.Integer()

    @validates_schema
    def some(self, data: dict[str, Any], **_: Any) -> None:
        """At least one criterion."""
        if not data.get("filter"):
            raise ValidationError("Give at least one criterion.", "filter")


class CancelMany(ChangeMany):
    """Cancel many instances. `reason` is ours."""

    reason = fields.String(load_default="", validate=validate.Length(max=2000))


class MigrateMany(ChangeMany):
    """Move many instances to another version of their process."""

    migration_plan = fields.Nested(MigrationPlan, required=True)


class MoveManyInstruction(ApiSchema):
    """End all instances of an element and start another one for each."""

    source_element_id = fields.String(required=True, validate=_ELEMENT)
    target_element_id = fields.String(required=True, validate=_ELEMENT)


class ModifyMany(ChangeMany):
    """Move tokens of many instances."""

    move_instructions = fields.List(
        fields.Nested(MoveManyInstruction), required=True, validate=validate.Length(min=1, max=MOST)
    )


class BatchCreated(ApiSchema):
    """The operation that has begun."""

    batch_operation_key = Key(required=True)
    batch_operation_type = fields.String(required=True)
