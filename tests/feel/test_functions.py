"""The described functions are those that exist."""

from __future__ import annotations

import pytest

from app.feel import evaluate, feel
from app.feel.functions import FUNCTIONS, Function


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda one: one.name)
def test_function_exists_and_its_example_runs(function: Function) -> None:
    assert function.name in feel.function_names()
    assert function.signature.startswith(function.name + "(")
    assert function.ru
    assert function.en
    variables = {
        "submitted": "2026-01-12",
        "programme": {"stages": ["2030-01-01"]},
        "order": {"number": 1},
    }
    evaluate(function.example, variables)
