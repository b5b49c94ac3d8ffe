"""The blueprint that all pages of notices share."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("notifications", __name__, template_folder="../templates")
