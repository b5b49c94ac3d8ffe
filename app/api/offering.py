"""What Camunda's API has and this server does not: 501 with a problem, never a wrong shape."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from flask import Flask, Response, request
from flask_babel import gettext as _
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import Map, Rule

from app.api.blueprint import Blueprint
from app.api.problems import NotOffered, problem

METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


@cache
def catalogue() -> Map:
    """Every call of Camunda's API, from `camunda_v2.txt` (`METHODS /path` per line)."""
    rules = []
    for line in files("app.api").joinpath("camunda_v2.txt").read_text().splitlines():
        methods, path = line.split()
        rules.append(Rule(path, methods=methods.split(","), endpoint=path))
    return Map(rules)


def register(app: Flask) -> None:
    """Catch every address under the API that nobody else answers. These calls stay out of the API document."""
    rest = Blueprint("api-rest", __name__)
    for number, prefix in enumerate(("/v2", "/cluster/v2")):
        rest.route(f"{prefix}/<path:rest>", methods=METHODS, endpoint=f"rest{number}")(answer)
    csrf = app.extensions.get("csrf")
    if csrf is not None:
        csrf.exempt(rest)
    app.register_blueprint(rest)


def answer(rest: str) -> Response:
    """501 for a call of Camunda's API, 405 for a wrong method, 404 for an unknown address.

    Raises:
        NotOffered: the call exists in Camunda's API.
    """
    try:
        catalogue().bind("", url_scheme="http").match(request.path, method=request.method)
    except MethodNotAllowed as error:
        response = problem(
            405, error.name, _("%(path)s does not take %(method)s.", path=request.path, method=request.method)
        )
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods or ()))
        return response
    except NotFound:
        return problem(404, "Not Found", _("There is no call %(path)s.", path=request.path))
    raise NotOffered(f"{request.method} {request.path}")
