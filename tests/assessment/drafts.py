"""Items in writing for tests: one of every kind with special signs, and a Hypothesis strategy for any item."""

from __future__ import annotations

from hypothesis import strategies as st

from app.assessment.rules import checking
from app.assessment.rules.drafts import Draft, tidy
from app.assessment.rules.items import ALL, MATCHING, MULTIPLE, NUMERIC, ORDERING, PARTIAL, SINGLE, TEXT

SIGNS = "Знаки: a=b ~c #d {e} f:g h->i \\ 50% 5 < 6 & «7»\nвторая строка, цена 5 \\$"
EVERY_KIND = (
    Draft("Числа", SINGLE, "1", f"{SIGNS} $\\frac{{1}}{{2}}$", "Ч-1", 
          choices=["=1", "~2", "#3 {4}", "%50%"], correct=[2]),
    Draft("Числа", MULTIPLE, "2", "Отметьте", "Ч-2", choices=["a", "b", "c\nd"], correct=[1, 3], scoring=PARTIAL),
    Draft("Числа", MULTIPLE, "2.5", "Отметьте все", "Ч-3",
          choices=["a", "b", "c", "d"], correct=[1, 2, 3], scoring=ALL),
    Draft("Алгебра / группы", NUMERIC, "1", "Корень $x^2=2$, $x>0$", "А-1", value="-1.41", tolerance="0.005"),
    Draft("Алгебра / группы", TEXT, "1", "Как?", "А-2",
          choices=["2*3", "ёлка -> дом", "[html] да"], case_sensitive=True),
    Draft("Методика", MATCHING, "2", "Соотнесите", "М-1", choices=["a -> b", "$c=d$", "[x]", ""],
          pairs=["b", "$e$", "b", "лишнее #1"], scoring=PARTIAL),
    Draft("Методика", ORDERING, "0.5", "По порядку", "М-2", choices=["// первое", ">второе", "третье: $\\{1;2\\}$"]),
)  # fmt: skip
"""One of every kind, with signs that mean something to Excel, GIFT or HTML."""

_WORDS = st.text(
    st.sampled_from(list("аяёБ 12.,:;#={}~\\>-<&\"'$%*[]()/_!|\n\té+\u00a0\u2212")), min_size=1, max_size=25
)
_FORMULAS = st.sampled_from(["$\\frac{1}{2}$", "$a<b$", "$x^{2}=\\sqrt{3}$", "$\\{1;2\\}$", "\\(y\\)", "$$z$$", "\\$"])
_TEXTS = st.lists(st.one_of(_WORDS, _FORMULAS), min_size=1, max_size=4).map("".join)
_NUMBERS = st.decimals("-1000", "1000", places=3).map(lambda value: f"{value:f}")


@st.composite
def any_drafts(draw: st.DrawFn) -> Draft:
    """A draft that can be taken (others are thrown away by the strategy)."""
    kind = draw(st.sampled_from([SINGLE, MULTIPLE, NUMERIC, TEXT, MATCHING, ORDERING]))
    choices = draw(st.lists(_TEXTS, min_size=2, max_size=5, unique=True))
    draft = Draft(
        topic=draw(st.text("абв гд/", min_size=1, max_size=12)),
        kind=kind,
        points=draw(st.sampled_from(["1", "2", "0.25", "12.5"])),
        prompt=draw(_TEXTS),
        code=draw(st.text("АБ-12", max_size=5)),
        value=draw(_NUMBERS) if kind == NUMERIC else "",
        tolerance=draw(st.sampled_from(["0", "0.5", "0.001"])) if kind == NUMERIC else "",
        choices=[] if kind == NUMERIC else choices,
        scoring=draw(st.sampled_from([ALL, PARTIAL])) if kind in (MULTIPLE, MATCHING, ORDERING) else ALL,
        case_sensitive=kind == TEXT and draw(st.booleans()),
    )
    if kind == SINGLE:
        draft.correct = [draw(st.integers(1, len(choices)))]
    if kind == MULTIPLE:
        draft.correct = draw(st.lists(st.integers(1, len(choices)), min_size=1, unique=True))
    if kind == MATCHING:
        draft.pairs = draw(st.lists(_TEXTS, min_size=len(choices), max_size=len(choices) + 1, unique=True))
    return tidy(draft)


def sound(draft: Draft) -> bool:
    """Whether a draft can be taken into a bank."""
    return checking.checked(draft)[0] is not None
