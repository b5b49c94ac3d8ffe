"""The API document as lines, so that a change of the API shows in a review.

`python -m tests.api.document` writes `document.txt` anew after a change that is meant.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from app.api.docs import METHOD_ORDER, type_of

KEPT = Path(__file__).with_name("document.txt")


def lines(document: dict[str, Any]) -> list[str]:
    """Every call with its body and answers, every schema with its fields."""
    found = []
    for path, operations in sorted(document["paths"].items()):
        found += [_call(path, method, operations[method]) for method in METHOD_ORDER if method in operations]
    for name, schema in sorted(document["components"]["schemas"].items()):
        required = schema.get("required", ())
        for field, inner in sorted(schema.get("properties", {}).items()):
            mark = ", required" if field in required else ""
            found.append(f"{name}.{field}: {type_of(inner)['text']}{mark}")
    return found


def _call(path: str, method: str, operation: dict[str, Any]) -> str:
    body = " ".join(
        f"{media} {type_of(content.get('schema', {}))['text']}"
        for media, content in operation.get("requestBody", {}).get("content", {}).items()
    )
    answers = []
    for status, response in sorted(operation["responses"].items()):
        types = [type_of(content.get("schema", {}))["text"] for content in response.get("content", {}).values()]
        answers.append(" ".join([status, *types]))
    return f"{method.upper()} {path} <- {body or 'nothing'} -> {', '.join(answers)}"


if __name__ == "__main__":
    from app.kernel.config import Settings
    from app.main import create_app

    settings = Settings(
        secret_key="document-document-document-document", database_url="postgresql+psycopg://", redis_url=""
    )
    application = create_app(settings, connect=False)
    KEPT.write_text("\n".join(lines(application.extensions["api"].spec.to_dict())) + "\n")
