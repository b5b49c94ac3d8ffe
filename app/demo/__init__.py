"""Demo data: one region with an account for every role, and courses at different stages.

Everything is made by the same operations that people use, so the demo is also a rehearsal of the whole.
"""

from __future__ import annotations

from .loading import load

__all__ = ["load"]
