"""Pages of documents: lists, one document with its papers, records, templates."""

from . import papers, registers, templates
from .blueprint import blueprint

__all__ = ["blueprint", "papers", "registers", "templates"]
