"""Formulas as Excel reads them: golden strings, and the same numbers as numpy from a spreadsheet engine.

Excel takes -x^2 for (-x)^2 and 2^3^2 for (2^3)^2, so brackets are set from the tree.
"""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import hecon
from hecon.errors import ModelError
from hecon.formula.excel import LONGEST, to_excel
from hecon.formula.functions import PRIMITIVES, primitive
from hecon.formula.parsing import parse
from hecon.formula.syntax import Call, Name, Node, Number
from hecon.formula.text import to_text
from hecon.formula.vocabulary import FUNCTIONS

GOLDEN = {
    # powers and signs
    "-x ** 2": "-(x^2)",
    "(-x) ** 2": "(-x)^2",
    "2 ** 3 ** 2": "2^(3^2)",
    "(2 ** 3) ** 2": "(2^3)^2",
    "2 ** -x": "2^(-x)",
    "x ** 2 * y": "x^2*y",
    "(x * y) ** 2": "(x*y)^2",
    "-2 ** 2": "-(2^2)",
    "(-2) ** 2": "(-2)^2",
    "-x * y": "(-x)*y",
    "-(x * y)": "-(x*y)",
    "--x": "-(-x)",
    "-x + y": "-x+y",
    "y - -x": "y-(-x)",
    "y + -x": "y+(-x)",
    "y * -2": "y*(-2)",
    "+x": "x",
    # precedence
    "a_ - (b_ - d_)": "a_-(b_-d_)",
    "a_ - b_ - d_": "a_-b_-d_",
    "a_ / (b_ / d_)": "a_/(b_/d_)",
    "a_ / b_ / d_": "a_/b_/d_",
    "a_ / (b_ * d_)": "a_/(b_*d_)",
    "(a_ + b_) * d_": "(a_+b_)*d_",
    "a_ + b_ * d_": "a_+b_*d_",
    "(a_ - b_) ** 0.5": "(a_-b_)^0.5",
    # conditions: IF where a value is taken, 1 or 0 where one is used as a number
    "where(x > 1, 2, 3)": "IF(x>1,2,3)",
    "2 if x != 1 else 3": "IF(x<>1,2,3)",
    "x if x == 1 or y <= 2 else 0": "IF(OR(x=1,y<=2),x,0)",
    "0 <= x < 1": "IF(AND(0<=x,x<1),1,0)",
    "not x < 1": "IF(NOT(x<1),1,0)",
    "(x < 1) + (y >= 2)": "IF(x<1,1,0)+IF(y>=2,1,0)",
    "(x < 1) == 1": "IF(IF(x<1,1,0)=1,1,0)",
    "max(x < 1, y)": "MAX(IF(x<1,1,0),y)",
    "where(done and x - 1 < y + 2, 1, 0)": "IF(AND(done,x-1<y+2),1,0)",
    "-x + y < 2": "IF(-x+y<2,1,0)",
    # functions
    "min(x, y, 1)": "MIN(x,y,1)",
    "max(0, x - 1)": "MAX(0,x-1)",
    "abs(-x)": "ABS(-x)",
    "log(x) / sqrt(y)": "LN(x)/SQRT(y)",
    "floor(x) + 1": "INT(x+1E-9)+1",
    "ceil(x)": "-INT(1E-9-x)",
    "ceil(-x)": "-INT(1E-9-(-x))",
    "2 * ceil(x + 1)": "2*(-INT(1E-9-(x+1)))",
    "x - ceil(y)": "x-(-INT(1E-9-y))",
    "ceil(x) ** 2": "(-INT(1E-9-x))^2",
    "round(x)": "ROUND(x,0)",
    "round(x / 7, 2)": "ROUND(x/7,2)",
    "normal_cdf(x) * normal_ppf(0.975)": "NORMSDIST(x)*NORMSINV(0.975)",
    "gamma_cdf(x, 2 + y)": "GAMMADIST(x,2+y,1,TRUE)",
    "1 - gamma_sf(x, 2)": "1-(1-GAMMADIST(x,2,1,TRUE))",
    "gamma(x) / 2": "EXP(GAMMALN(x))/2",
    # discounting and macros
    "x * discount_factor(0.03, t)": "x*((1+0.03)^-(t))",
    "rate_to_prob(r_die, cycle_years)": "1-EXP((-r_die)*cycle_years)",
    "2 * rate_to_prob(r_die, 1)": "2*(1-EXP((-r_die)*1))",
    "hr_on_prob(p_die, hr_drug)": "1-IF(AND(1-p_die=0,hr_drug=0),1,(1-p_die)^hr_drug)",
    # numbers and words
    "1e-9 * x": "1E-09*x",
    "1e20": "1E+20",
    "0.1 + 100000": "0.1+100000",
}  # fmt: skip


@pytest.mark.parametrize(("text", "want"), GOLDEN.items())
def test_golden_strings(text: str, want: str) -> None:
    assert to_excel(parse(text)) == want


def test_words_are_quoted() -> None:
    from hecon.formula.syntax import Text

    assert to_excel(Text('say "a"')) == '"say ""a"""'


def test_names_and_look_ups_are_spelled_by_the_caller() -> None:
    def cell(tree: Any) -> str:
        return f"Inputs!${tree.name}" if isinstance(tree, Name) else f"INDEX({tree.args[0].value},MATCH(age,ages))"

    tree = parse("-x ** 2 * life_table[age, 'qx']")
    assert to_excel(tree, cell) == "(-(Inputs!$x^2))*INDEX(life_table,MATCH(age,ages))"
    with pytest.raises(ModelError, match="occupancy has no spelling of its own in a cell"):
        to_excel(parse('occupancy["well"]'))


def test_long_formulas_are_refused() -> None:
    """Excel takes 8,192 characters; macros count as what they expand to."""
    name = "x" * 81
    fits = " + ".join([name] * 99 + ["y" * 74])
    assert len(to_excel(parse(fits))) == LONGEST
    with pytest.raises(ModelError, match=r"8,193 characters does not fit.*8,192.*names of their own"):
        to_excel(parse(fits + "y"))
    nested = "p_die"
    for _ in range(7):
        nested = f"or_on_prob({nested}, odds)"
    with pytest.raises(ModelError, match="does not fit into an Excel cell"):
        to_excel(parse(nested))


def test_registered_functions() -> None:
    """One call stands as it is; anything else is bracketed where it must be; without a spelling nothing is live."""
    primitive("logit_inverse", numpy=lambda x: 1 / (1 + np.exp(-x)), excel="EXP({0})/(1+EXP({0}))")
    primitive("cosine", numpy=np.cos, excel="COS({0})", arity=(1, 1))
    primitive("black_box", numpy=lambda x, y: x + y)
    try:
        assert to_excel(parse("1 / logit_inverse(x + 1)")) == "1/(EXP((x+1))/(1+EXP((x+1))))"
        assert to_excel(parse("2 * cosine(x + 1) ** 2")) == "2*COS(x+1)^2"
        with pytest.raises(ModelError, match="black_box has no Excel spelling"):
            to_excel(parse("black_box(x, 1)"))
        assert hecon.evaluate_formula("black_box(x, 1)", x=2.0) == 3.0
        with pytest.raises(ModelError, match="'cosine' is a function already"):
            primitive("cosine", numpy=np.cos)
        with pytest.raises(ModelError, match="'hr1' is an Excel cell"):
            primitive("hr1", numpy=np.cos)
    finally:
        for name in ("logit_inverse", "cosine", "black_box"):
            del PRIMITIVES[name], FUNCTIONS[name]


# What follows is calculated by a spreadsheet engine. `exact` trees hold operations that every engine rounds alike, so that
# steps (floor, round, comparisons) fall on the same side; `smooth` trees add functions whose last digit may differ.
CELLS = {"x": ("A1", 2.5), "y": ("B1", -1.75), "z": ("C1", 0.0), "w": ("D1", 7.0)}
FEW = settings(max_examples=200, deadline=None)


def call(op: str, *args: Node) -> Call:
    return Call(op, args)


leaves = st.one_of(
    st.sampled_from([Name(name) for name in CELLS]),
    st.sampled_from([Number(value) for value in (0.0, 0.5, 1.0, 2.0, 3.0, -1.0, -2.5, 10.0)]),
)


def grow(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    one = st.builds(call, st.sampled_from(["neg", "abs", "floor", "ceil", "round", "not"]), inner)
    two = st.builds(
        call,
        st.sampled_from(["+", "-", "*", "min", "max", "<", "<=", ">", ">=", "==", "!=", "and", "or"]),
        inner,
        inner,
    )
    over = st.builds(lambda a, b: call("/", a, call("+", Number(1.0), call("abs", b))), inner, inner)
    power = st.builds(lambda a, n: call("**", a, Number(n)), inner, st.sampled_from([1.0, 2.0, 3.0]))
    either = st.builds(lambda a, b, c: call("where", a, b, c), inner, inner, inner)
    return st.one_of(one, two, over, power, either)


exact = st.recursive(leaves, grow, max_leaves=8)


def grow_smooth(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    mild = st.builds(lambda a: call("/", a, call("+", Number(1.0), call("abs", a))), inner)  # between -1 and 1
    one = st.builds(call, st.sampled_from(["exp", "normal_cdf", "neg"]), mild)
    root = st.builds(
        lambda op, a: call(op, call("+", Number(0.5), call("abs", a))), st.sampled_from(["log", "sqrt"]), mild
    )
    positive = mild.map(lambda a: call("+", Number(2.0), a))
    odd = st.one_of(
        st.builds(lambda a, b: call("**", a, b), positive, mild),
        st.builds(lambda a, b: call("discount_factor", call("*", Number(0.1), a), b), positive, mild),
        st.builds(lambda a, b: call("gamma_cdf", a, b), positive, positive),
        st.builds(lambda a, b: call("gamma_sf", a, b), positive, positive),
        st.builds(lambda a: call("gamma", a), positive),
        st.builds(lambda a: call("normal_ppf", call("/", a, Number(4.0))), positive),
        st.builds(lambda a, b: call("rate_to_prob", a, b), positive, positive),
    )
    two = st.builds(call, st.sampled_from(["+", "-", "*"]), inner, inner)
    return st.one_of(one, root, odd, two)


smooth = st.recursive(exact, grow_smooth, max_leaves=6)


def calculated(tree: Node) -> Any:
    """What a spreadsheet makes of the emitted string."""
    engine = pytest.importorskip("formualizer")
    book = engine.Workbook()
    sheet = book.sheet("Sheet1")
    for name, (cell, value) in CELLS.items():
        sheet.set_value(1, "ABCD".index(cell[0]) + 1, value)
        assert name in CELLS
    sheet.set_formula(2, 1, "=" + to_excel(tree, lambda one: CELLS[one.name][0]))
    return book.evaluate_cell("Sheet1", 2, 1)


def by_numpy(tree: Node) -> float:
    return float(hecon.evaluate_formula(to_text(tree), **{name: value for name, (_, value) in CELLS.items()}))


@FEW
@given(tree=exact)
def test_a_spreadsheet_gives_the_same_numbers(tree: Node) -> None:
    assert parse(to_text(tree)) == folded(tree)
    assert calculated(tree) == pytest.approx(by_numpy(tree), rel=1e-12, abs=1e-12)


@FEW
@given(tree=smooth)
def test_a_spreadsheet_gives_the_same_functions(tree: Node) -> None:
    want = by_numpy(tree)
    if np.isfinite(want):
        assert calculated(tree) == pytest.approx(want, rel=1e-9, abs=1e-9)


def folded(tree: Node) -> Node:
    """A tree as it is read back: -2 is a number, not the negative of one."""
    if not isinstance(tree, Call):
        return tree
    args = tuple(folded(arg) for arg in tree.args)
    if tree.op == "neg" and isinstance(args[0], Number):
        return Number(-args[0].value)
    return Call(tree.op, args)


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("-x ** 2", -6.25),
        ("2 ** 3 ** 2", 512),
        ("round(x)", 3),
        ("round(-x)", -3),
        ("round(1.005, 2)", 1.01),
        ("round(2.675, 2)", 2.68),
        ("round(1234.5, -2)", 1200),
        ("floor(y)", -2),
        ("ceil(y)", -1),
        ("(x > 1) + (w > 1)", 2),
        ("-(x > 1)", -1),
        ("(x > 1) == 1", 1),
        ("exp(x > 1)", np.e),
        ("max(x > 1, 0)", 1),
        ("1 < x < 2", 0),
        ("10 if x > 1 and not z else 20", 10),
        ("x - ceil(y) * 2 ** -w", 2.5078125),
    ],
)
def test_numbers_done_by_hand(text: str, want: float) -> None:
    assert by_numpy(parse(text)) == pytest.approx(want, rel=1e-14)
    assert calculated(parse(text)) == pytest.approx(want, rel=1e-14)
