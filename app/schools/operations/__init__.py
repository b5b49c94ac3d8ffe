"""What changes schools' groups, data and lists. Everything else of the package is called from here or from a task."""

from .groups import create_group, put_into_group, take_out_of_group

__all__ = ["create_group", "put_into_group", "take_out_of_group"]
