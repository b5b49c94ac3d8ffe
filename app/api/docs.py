"""The page at /docs: the API document as HTML, made on the server, so that it needs no script and no other site."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, current_app, render_template, request

METHOD_ORDER = ("get", "post", "put", "patch", "delete")
blueprint = Blueprint("api_docs", __name__, template_folder="templates")
Json = dict[str, Any]


def init_app(app: Flask) -> None:
    """Add the page; anybody may read it."""
    app.register_blueprint(blueprint)


@blueprint.get("/docs")
def docs() -> str:
    """The API document as a page."""
    document = current_app.extensions["api"].spec.to_dict()
    return render_template("api_docs.html", api=readable(document), address=request.host_url.rstrip("/"))


docs.is_public = True  # type: ignore[attr-defined]


def readable(document: Json) -> Json:
    """The document grouped for reading.

    Returns:
        `info`, `groups` (name, about, operations) and `schemas` (name, about, fields).
    """
    groups: dict[str, list[Json]] = {}
    for path, operations in document["paths"].items():
        shared = operations.get("parameters", [])
        for method in METHOD_ORDER:
            if method in operations:
                entry = _operation(path, method, operations[method], shared)
                groups.setdefault(operations[method].get("tags", ["other"])[0], []).append(entry)
    about = {tag["name"]: tag.get("description", "") for tag in document.get("tags", [])}
    schemas = document.get("components", {}).get("schemas", {})
    return {
        "info": document["info"],
        "groups": [{"name": n, "about": about.get(n, ""), "operations": groups[n]} for n in about if n in groups],
        "schemas": [_schema(name, schemas[name]) for name in sorted(schemas)],
    }


def _operation(path: str, method: str, operation: Json, shared: list[Json]) -> Json:
    parameters = [p for p in [*shared, *operation.get("parameters", [])] if "name" in p]
    body = operation.get("requestBody", {}).get("content", {})
    return {
        "id": f"{method}-{path.strip('/').replace('/', '-')}".replace("{", "").replace("}", ""),
        "path": path,
        "method": method.upper(),
        "summary": operation.get("summary", ""),
        "description": operation.get("description", ""),
        "parameters": [_parameter(p) for p in parameters],
        "body": [{"media": media, "type": type_of(content.get("schema", {}))} for media, content in body.items()],
        "responses": [_response(status, r) for status, r in operation.get("responses", {}).items()],
    }


def _parameter(parameter: Json) -> Json:
    return {
        "name": parameter["name"],
        "place": parameter["in"],
        "type": type_of(parameter.get("schema", {})),
        "required": parameter.get("required", False),
    }


def _response(status: str, response: Json) -> Json:
    if "$ref" in response:
        return {
            "status": "any other",
            "about": "a refusal:",
            "type": {"text": "ProblemDetail", "link": "ProblemDetail"},
        }
    contents = response.get("content", {}).values()
    return {
        "status": status,
        "about": response.get("description", ""),
        "type": next((type_of(content.get("schema", {})) for content in contents), None),
    }


def _schema(name: str, schema: Json) -> Json:
    required = set(schema.get("required", ()))
    fields = [
        {"name": field, "type": type_of(inner), "required": field in required, "about": inner.get("description", "")}
        for field, inner in schema.get("properties", {}).items()
    ]
    return {"name": name, "about": schema.get("description", ""), "fields": fields}


def type_of(schema: Json) -> Json:
    """A type for reading: `text`, and `link`, the name of the schema that it speaks of."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return {"text": name, "link": name}
    if "allOf" in schema:
        return type_of(schema["allOf"][0])
    if "oneOf" in schema:
        plain, operators = schema["oneOf"][0], schema["oneOf"][-1]
        return {"text": f"{type_of(plain)['text']} or {{{', '.join(operators.get('properties', ()))}}}", "link": None}
    if schema.get("type") == "array":
        inner = type_of(schema.get("items", {}))
        return {"text": f"list of {inner['text']}", "link": inner["link"]}
    if "enum" in schema:
        return {"text": " | ".join(str(value) for value in schema["enum"] if value is not None), "link": None}
    text = schema.get("type", "any")
    return {"text": f"{text} ({schema['format']})" if schema.get("format") else text, "link": None}
