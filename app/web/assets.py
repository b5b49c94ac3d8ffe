"""Built scripts and styles: names from the bundler's manifest, files with long caching."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, send_from_directory

FOLDER = Path(__file__).parent / "static"
_MANIFEST = FOLDER / "dist" / ".vite" / "manifest.json"
_PUBLIC = "/static/dist/"
_YEAR = 365 * 24 * 3600


def init_app(app: Flask) -> None:
    """Serve `/static/…` and offer `asset` and `asset_styles` to templates."""
    app.add_url_rule("/static/<path:filename>", "static", _static)
    app.jinja_env.globals.update(asset=asset, asset_styles=asset_styles)


def asset(name: str) -> str:
    """Address of a built script (`app.js`), or an empty string when the bundle was not built."""
    entry = _entry(name)
    return _PUBLIC + str(entry["file"]) if entry else ""


def asset_styles(name: str) -> list[str]:
    """Addresses of the style sheets that belong to a built script."""
    entry = _entry(name)
    return [_PUBLIC + sheet for sheet in entry.get("css", ())] if entry else []


def _entry(name: str) -> dict[str, Any] | None:
    changed = _MANIFEST.stat().st_mtime_ns if _MANIFEST.exists() else 0
    found: dict[str, Any] | None = _manifest(changed).get(f"src/{name}")
    return found


@lru_cache(maxsize=2)
def _manifest(changed: int) -> dict[str, Any]:
    if not changed:
        return {}
    content: dict[str, Any] = json.loads(_MANIFEST.read_text())
    return content


def _static(filename: str) -> Response:
    hashed = filename.startswith("dist/assets/")
    response = send_from_directory(FOLDER, filename, max_age=_YEAR if hashed else 300)
    if hashed:
        response.cache_control.immutable = True
    return response
