"""The blueprint that all pages of the feature share."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("programmes", __name__, template_folder="../templates", url_prefix="/programmes")
