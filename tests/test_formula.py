"""The formula language by itself: what is read, what is refused and where the caret stands, what it comes to."""

from typing import Any

import numpy as np
import pytest

import hecon
from hecon.errors import ModelError
from hecon.formula.macros import MACROS, expand
from hecon.formula.parsing import parse
from hecon.formula.syntax import DEEPEST, Call, Name, Number, Text, names_in
from hecon.formula.text import to_text
from hecon.inputs.parameter import Table


def value(text: str, **values: Any) -> float:
    return float(hecon.evaluate_formula(text, **values))


REFUSED = [
    ("p.x", "attributes are not part of the formula language", 0),
    ("1 + p.x", "attributes are not part of the formula language", 4),
    ("lambda x: x", "lambda is not part of the formula language", 0),
    ("[x for x in y]", "listcomp is not part of the formula language", 0),
    ("2 + [1]", "list is not part of the formula language", 4),
    ("{1: 2}", "dict is not part of the formula language", 0),
    ("(a_, b_)", "tuple is not part of the formula language", 0),
    ("f'{x}'", "joinedstr is not part of the formula language", 0),
    ("x := 2", "not a formula", None),
    ("(x := 2)", "namedexpr is not part of the formula language", 1),
    ("x = 2", "not a formula", None),
    ("import os", "not a formula", None),
    ("x; y", "not a formula", None),
    ("a_ +", "not a formula", None),
    ("(a_", "not a formula", None),
    ("", "not a formula", None),
    ("a_ b_", "not a formula", None),
    ("x // 2", "write floor(x / y)", 0),
    ("x ^ 2", "^ is not a power here: write **", 0),
    ("a & b", "write and", 0),
    ("x % 2", "write x - y * floor(x / y)", 0),
    ("1 + x @ y", "binop is not part of the formula language", 4),
    ("~x", "write not", 0),
    ("x is y", "only < <= > >= == != can be used to compare", 0),
    ("x in y", "only < <= > >= == != can be used to compare", 0),
    ("True", "True and False are not part of the formula language; write 1 and 0", 0),
    ("None", "constant is not part of the formula language", 0),
    ("2j", "constant is not part of the formula language", 0),
    ("b'x'", "constant is not part of the formula language", 0),
    ("...", "constant is not part of the formula language", 0),
    ("await x", "not part of the formula language", None),
    ("exp(x, y)", "exp takes 1 arguments; got 2", 0),
    ("2 * round(x, 1, 2)", "round takes 1 to 2 arguments; got 3", 4),
    ("min(x)", "min takes 2 to many arguments; got 1", 0),
    ("rate_to_prob(x)", "rate_to_prob takes 2 arguments; got 1", 0),
    ("exp(x=1)", "only known functions can be called, by position", 0),
    ("exp(*x)", "starred is not part of the formula language", 4),
    ("exp(x)(y)", "only known functions can be called, by position", 0),
    ("x + __import__('os')", "unknown function '__import__'", 4),
    ("eval('1')", "unknown function 'eval'", 0),
    ("x[1:2]", "slice is not part of the formula language", 2),
    ("x[1][2]", "subscript is not part of the formula language", 0),
    ("life_table[age, 2]", 'a table is read as life_table[x] or life_table[x, "column"]', 0),
    ("life_table[a_, b_, 'x']", 'a table is read as life_table[x] or life_table[x, "column"]', 0),
    ("occupancy[well]", 'occupancy takes a quoted name: occupancy["state"]', 0),
    ("1 - transitions[x]", 'transitions takes a quoted name: transitions["a -> b"]', 4),
]


@pytest.mark.parametrize(("text", "message", "column"), REFUSED)
def test_everything_else_is_refused_with_a_caret(text: str, message: str, column: int | None) -> None:
    with pytest.raises(ModelError) as found:
        parse(text)
    lines = str(found.value).splitlines()
    assert message in lines[0]
    assert lines[1] == f"  {text or '(empty)'}"
    assert lines[2].strip() == "^"
    if column is not None:
        assert lines[2] == "  " + " " * column + "^"


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("expp(x)", "did you mean 'exp'?"),
        ("rate_to_probability(x, 1)", "did you mean 'rate_to_prob'?"),
        ("cumulated(x)", "did you mean 'cumulative'?"),
        ("Min(x, y)", "did you mean 'min'?"),
        ("normal_pdf(x)", "did you mean 'normal_"),
    ],
)
def test_unknown_functions_name_the_nearest(text: str, hint: str) -> None:
    with pytest.raises(ModelError, match="unknown function") as found:
        parse(text)
    assert hint in str(found.value)


def test_a_caret_stands_under_the_right_line() -> None:
    with pytest.raises(ModelError) as found:
        parse("(a_ +\n b_.c)")
    assert str(found.value).splitlines()[1:] == ["   b_.c)", "   ^"]


def test_formulas_that_nest_too_deep_are_refused() -> None:
    assert parse(" + ".join(["x"] * DEEPEST)) is not None
    for text in (" + ".join(["x"] * (DEEPEST + 2)), "(" * 5000 + "x" + ")" * 5000, "-" * 5000 + "x"):
        with pytest.raises(ModelError, match=r"(nests more than 200 operations|not a formula: too many nested)"):
            parse(text)


def test_trees() -> None:
    assert parse(" a_ * -2 ") == Call("*", (Name("a_"), Number(-2.0)))
    assert parse("a_ if b_ else 0") == parse("where(b_, a_, 0)")
    assert parse("life_table[age + 1, 'qx']") == Call("lookup", (Text("life_table"), Text("qx"), parse("age + 1")))
    assert parse("norms[age]") == Call("lookup", (Text("norms"), Text(""), Name("age")))
    assert parse('transitions["a -> b"]') == Call("transitions", (Text("a -> b"),))
    assert list(names_in(parse("b_ * a_ + b_"))) == ["b_", "a_"]


@pytest.mark.parametrize(
    "text",
    [
        "a_ - (b_ - x)", "a_ / (b_ * x)", "(a_ + b_) * x", "-x ** 2", "(-x) ** 2", "(a_ ** b_) ** x", "a_ ** b_ ** x",
        "2 ** (-x)", "not (a_ < b_ and x)", "not a_ < b_", "(a_ < b_) == x", "a_ < b_ and (b_ or x)", "a_ or b_ and x",
        "-(a_ * b_)", "where(a_ < b_, 1, 2) + 1", 'life_table[age, "qx"]', "norms[floor(age)]", 'occupancy["event free"]',
        'transitions["a -> b"] * 2', "sum(x, 1, 2)", "round(x, 2)", "1e-09 * x", "0.1", "rate_to_prob(a_ + b_, cycle_years)",
        """norms[age, 'with "quotes"']""",
    ],
)  # fmt: skip
def test_text_is_what_was_read(text: str) -> None:
    """Printed with as few brackets as Python needs, a formula reads back as the same tree."""
    assert to_text(parse(text)) == text
    assert parse(to_text(parse(text))) == parse(text)


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("7 - 2 - 1", 4),
        ("7 - (2 - 1)", 6),
        ("8 / 4 / 2", 1),
        ("-2 ** 2", -4),
        ("(-2) ** 2", 4),
        ("2 ** 3 ** 2", 512),
        ("2 ** -1", 0.5),
        ("+3 - -3", 6),
        ("1 + 2 * 3", 7),
        ("1 < 2", 1),
        ("2 < 1", 0),
        ("1 < 2 < 3", 1),
        ("1 < 3 < 2", 0),
        ("3 > 2 >= 2 != 1", 1),
        ("1 == 1 == 2", 0),
        ("1 and 0 or 1", 1),
        ("not 0", 1),
        ("not 2", 0),
        ("(1 < 2) + (2 < 3)", 2),
        ("-(1 < 2)", -1),
        ("(1 < 2) - (2 < 3)", 0),
        ("10 if 1 < 2 else 20", 10),
        ("where(0, 10, 20)", 20),
        ("1 if 0 else 2 if 0 else 3", 3),
        ("exp(0) + log(1) + sqrt(9)", 4),
        ("exp(1 < 2)", np.e),
        ("abs(-3) + floor(-1.5) + ceil(-1.5)", 0),
        ("min(3, 1, 2) + max(3, 1, 2)", 4),
        ("normal_cdf(0) + normal_ppf(0.5)", 0.5),
        ("gamma(5)", 24),
        ("exp(log_gamma(5))", 24),
        ("gamma_cdf(1, 1) + gamma_sf(1, 1)", 1),
        ("gamma_cdf(1, 1)", 1 - np.exp(-1)),
        ("discount_factor(0.03, 2)", 1.03**-2),
        ("discount_whole_year(0.03, 0.9)", 1),
        ("discount_whole_year(0.03, 2.9)", 1.03**-2),
        ("cos_pi", None),
        ("pi", np.pi),
    ],
)
def test_values(text: str, want: float | None) -> None:
    if want is None:
        with pytest.raises(ModelError, match="no value is given for 'cos_pi'"):
            value(text)
    else:
        assert value(text) == pytest.approx(want, rel=1e-14)


@pytest.mark.parametrize(
    ("x", "digits", "want"),
    [(0.5, 0, 1), (1.5, 0, 2), (2.5, 0, 3), (-0.5, 0, -1), (-2.5, 0, -3), (2.4999, 0, 2), (0.25, 1, 0.3), (1.005, 2, 1.01),
     (2.675, 2, 2.68), (-1.005, 2, -1.01), (1234.5, -2, 1200), (1250, -2, 1300), (0, 3, 0), (1e15 + 0.5, 0, 1e15 + 1)],
)  # fmt: skip
def test_round_is_half_away_from_zero(x: float, digits: int, want: float) -> None:
    """numpy alone gives 2 for 2.5 and 1.0 for 1.005; Excel gives 3 and 1.01."""
    assert value(f"round(x, {digits})", x=x) == want
    if digits == 0:
        assert value("round(x)", x=x) == want


def test_values_are_arrays_over_draws() -> None:
    x = np.array([0.1, 0.2, 0.7])
    assert hecon.evaluate_formula("2 * x if x < 0.5 else 1 - x", x=x) == pytest.approx([0.2, 0.4, 0.3])
    cycles = np.arange(3.0)[:, None]
    assert hecon.evaluate_formula("x * (cycle < 2)", x=x, cycle=cycles).tolist() == [x.tolist(), x.tolist(), [0, 0, 0]]


# Each macro by hand: (formula, what it comes to).
BY_HAND = [
    ("rate_to_prob(0.5, 2)", 1 - np.exp(-1)),
    ("prob_to_rate(0.75, 2)", np.log(2)),
    ("rescale_prob(0.75, 2, 1)", 0.5),
    ("hr_on_prob(0.75, 0.5)", 0.5),
    ("rr_on_prob(0.2, 1.5)", 0.3),
    ("or_on_prob(0.5, 3)", 0.75),
    ("year_of(40.99, 40)", 40),
    ("year_of(40 + 12 / 12, 40)", 41),
    ("year_of(40.5 + 0.75, 40.5)", 40.5),
    ("alive_mix(life, 1, 0, 0)", 0.5),
    ("alive_mix(life, 1, 0.5, 0)", 0.65),  # the mean of the survivors of both
    ("alive_mix(life, 2, 0.5, 1)", 0.5 * 0.8 + 0.5 * 0.9),
    ("mortality_prob(life, 0, 1, 0, 1)", 0.2),
    ("mortality_prob(life, 1, 0, 0, 1)", 0.2),
    ("mortality_prob(life, 2, 0, 0, 1)", 1),  # past the last age
    ("mortality_rate(life, 0, 0, 0)", np.log(2)),
    ("mortality_rate(life, 1, 0.5, 0)", -np.log((0.5 * 0.5 * 0.8 + 0.5 * 0.8 * 0.9) / (0.5 * 0.5 + 0.5 * 0.8))),
]


@pytest.mark.parametrize(("text", "want"), BY_HAND)
def test_macros_by_hand(text: str, want: float) -> None:
    life = Table(
        "life", "age", np.array([0.0, 1.0]), {"qx_male": np.array([0.5, 0.2]), "qx_female": np.array([0.2, 0.1])}
    )
    assert float(hecon.evaluate_formula(text, {"life": life})) == pytest.approx(want, rel=1e-12)


def test_every_macro_says_what_it_is_and_expands() -> None:
    """A macro's arguments are formulas: brackets come from the tree, never from the text."""
    for name, macro in MACROS.items():
        assert macro.about, name
        tree = parse(f"{name}({', '.join(macro.parameters)})")
        assert not any(isinstance(node, Call) and node.op in MACROS for node in _nodes(expand(tree))), name
    assert value("rr_on_prob(a_ + b_, x - y)", a_=0.1, b_=0.2, x=3.0, y=1.0) == pytest.approx(0.6)
    assert to_text(expand(parse("rr_on_prob(a_ + b_, x - y)"))) == "(a_ + b_) * (x - y)"


def _nodes(tree: Any) -> list[Any]:
    return [tree, *(node for arg in tree.args for node in _nodes(arg))] if isinstance(tree, Call) else [tree]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("price * 2", "no value is given for 'price'; did you mean 'prices'?"),
        ("norm[3]", "no table 'norm' is given; did you mean 'norms'?"),
        ('occupancy["well"]', "known only inside a model"),
        ("sum(prices)", "known only inside a model"),
    ],
)
def test_what_a_formula_alone_cannot_say(text: str, message: str) -> None:
    norms = Table("norms", "age", np.array([0.0, 1.0]), {"u": np.array([1.0, 0.9])})
    with pytest.raises(ModelError) as found:
        hecon.evaluate_formula(text, {"norms": norms}, prices=2.0)
    assert message in str(found.value)


def test_tables_are_read_by_steps_and_give_nothing_outside() -> None:
    norms = Table("norms", "age", np.array([40.0, 41.0, 42.0]), {"u": np.array([0.9, 0.8, 0.7])})

    def read(text: str, age: Any) -> list[float]:
        return np.atleast_1d(hecon.evaluate_formula(text, {"norms": norms}, age=np.asarray(age))).tolist()

    assert read("norms[age]", [40, 40.99, 41, 42.5]) == [0.9, 0.9, 0.8, 0.7]
    assert read("norms[age]", [41 - 1e-12]) == [0.8]  # an age is a sum of fractions
    assert np.isnan(read("norms[age]", [39.9, 43.0, np.nan])).all()
    assert read("interp(norms, age)", [40.5, 41.25]) == pytest.approx([0.85, 0.775])
    assert read("interp(norms, 'u', age)", [42]) == [0.7]
    assert np.isnan(read("interp(norms, age)", [39, 43])).all()


def test_the_vocabulary_is_what_the_tables_define() -> None:
    from hecon.formula.functions import PRIMITIVES
    from hecon.formula.macros import MACROS
    from hecon.formula.vocabulary import FUNCTIONS, OPERATORS
    from hecon.formula.vocabulary import MACROS as ARITIES

    assert {*OPERATORS, *FUNCTIONS} == set(PRIMITIVES)
    assert {name: len(macro.parameters) for name, macro in MACROS.items()} == ARITIES
