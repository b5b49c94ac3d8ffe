"""Formulas become MathML without a script, and nothing that a text holds becomes a command of the page."""

from __future__ import annotations

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from app.assessment.rules import content
from app.assessment.rules.formulas import BadFormula, mathml
from app.assessment.web.content import item_text

FORMULAS = (
    r"\frac{3}{4}", r"x^2-5x+6=0", r"\sqrt[3]{27}", r"\log_2 8", r"\sin\alpha", r"\angle ABC=90^\circ", r"x\ge 3",
    r"\begin{cases}x+y=1\\x-y=3\end{cases}", r"\overrightarrow{AB}", r"\pi r^2", r"5\cdot 3", r"a\ne b", r"\{1;2\}",
    r"\text{если } x>0", r"\left(\frac12\right)^2", r"S_{\triangle ABC}", r"3{,}14", r"|x-1|\le 2", r"\infty", r"\pm 2",
)  # fmt: skip


@pytest.mark.parametrize("latex", FORMULAS)
def test_school_formulas_are_shown(latex: str) -> None:
    tree = etree.fromstring(mathml(latex))
    assert tree.tag == "{http://www.w3.org/1998/Math/MathML}math"
    assert "\\" not in "".join(tree.itertext())


@pytest.mark.parametrize(
    ("latex", "part"),
    [(r"\unknown{x}", r"\unknown"), (r"\frac{1", ""), ("x}", ""), ("x^", ""), (r"\frac{1}", ""), ("", ""), ("{", ""),
     (r"\left(", ""), ("a" * 2000, ""), ("{" * 30 + "}" * 30, ""), (r"5\$", "\\$")],
)  # fmt: skip
def test_what_cannot_be_shown_is_refused(latex: str, part: str) -> None:
    with pytest.raises(BadFormula) as refusal:
        mathml(latex)
    assert refusal.value.part == part


@pytest.mark.parametrize(
    "latex",
    [r"\text{<script>alert(1)</script>}", r"\href{javascript:alert(1)}{x}", r"\style{background:url(x)}{x}",
     r"\class{evil}{x}", r"\text{&lt;img src=x onerror=alert(1)&gt;}", r"\color{red}x"],
)  # fmt: skip
def test_formulas_bring_no_foreign_elements_and_attributes(latex: str) -> None:
    try:
        made = mathml(latex)
    except BadFormula:
        return
    tree = etree.fromstring(made)
    names = {etree.QName(each).localname for each in tree.iter()}
    assert not names & {"script", "a", "img", "annotation-xml", "maction"}
    attributes = {name for each in tree.iter() for name in each.attrib}
    assert not attributes & {"href", "style", "class", "id", "onclick", "actiontype"}


@given(st.text("\\{}^_&$<>\"'abfractextsqrlijkv:()0 \n", max_size=60))
def test_any_text_is_one_element_or_refused(latex: str) -> None:
    try:
        made = mathml(latex)
    except BadFormula:
        return
    assert etree.fromstring(made).tag.endswith("math")


@given(st.text(max_size=80))
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert content.clean(content.clean(text)) == content.clean(text)


def test_texts_are_escaped_and_pictures_have_addresses(app: Flask) -> None:
    with app.test_request_context():
        shown = item_text('a < b & "c"\n$x<1$ ![куб "A"](file:77) <script>')
    words, math = "a &lt; b &amp; &#34;c&#34;<br>", "<mrow><mi>x</mi><mo>&lt;</mo><mn>1</mn></mrow>"
    assert shown.startswith(f"{words}<math ")
    assert f">{math}</math> <img " in shown
    assert shown.endswith('src="/files/77" alt="куб &#34;A&#34;" loading="lazy"> &lt;script&gt;')
