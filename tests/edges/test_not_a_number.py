"""Not-a-number goes through conditions, logic and powers to the total, and the run stops with the table and its range."""

import importlib.util
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import hecon
from hecon import Branch, Chance, Cost, DecisionTree, Leaf, MarkovModel, Parameter, Strategy, Utility
from hecon.errors import ModelError
from hecon.evaluate.formula import evaluate_formula
from hecon.formula.functions import PRIMITIVES
from hecon.inputs.parameter import Table
from hecon.workbook.sheets.input_cells import BASE
from hecon.workbook.verify.recalculate import open_session
from hecon.workbook.verify.trial import Made

AGES = np.arange(65.0, 71.0)
LIFE = Table(
    "life",
    "age",
    AGES,
    {"qx_male": np.linspace(0.02, 0.07, 6), "qx_female": np.array([0.01, 0.02, 0.02, 0.03, 0.04, 0.05])},
)
NORMS = Table("norms", "age", np.array([58.0, 59.0, 60.0]), {"u": np.array([0.9, 0.85, 0.8])})
STEPS = Table("steps", "age", np.array([65.0, 65.5, 67.0, 70.0]), {"u": np.array([0.9, 0.8, 0.6, 0.5])})


def model(utility: str = "1", dying: str = "0.1", **changes: Any) -> MarkovModel:
    given: dict[str, Any] = {
        "states": ("alive", "dead"), "cycle": "1 year", "horizon": "4 years", "within_cycle": "start", "events": "start",
        "transitions": {"alive -> dead": dying}, "outcomes": [Utility({"alive": utility})], "title": "Edge", "age": "age_start",
        "start": "alive", "strategies": [Strategy("one")], "discount": {"cost": "0", "effect": "0"},
        "discount_timing": "continuous",
    }  # fmt: skip
    return MarkovModel(**{**given, **changes})


def book(age: float = 60.0, *tables: Table, **uncertain: tuple[float, float]) -> hecon.Book:
    more = [Parameter(name=n, value=m, distribution="normal", par1=m, par2=se) for n, (m, se) in uncertain.items()]
    return hecon.make_book(
        "edge", [Parameter(name="age_start", value=age), *more], tables={one.name: one for one in tables}
    )


def test_younger_than_the_life_table_is_refused_with_its_range() -> None:
    """The first cycle killed everyone: 0.5 life-years."""
    dying = "mortality_prob(life, age, 0.5, age_start, 1)"
    with pytest.raises(ModelError, match=r"alive -> dead is not a number .*life \(age 65 up to below 71\)"):
        hecon.run(model(dying=dying), book(60.0, LIFE).base())
    assert np.isfinite(hecon.run(model(dying=dying), book(65.0, LIFE).base()).values).all()


@pytest.mark.parametrize("utility", ["0.9 if norms[age] > 0.75 else 0.5", "0.5 if norms[age] < 0.75 else 0.9"])
def test_a_look_up_outside_its_table_takes_no_branch(utility: str) -> None:
    """Written one way round it was 2.9, the other way 4.1."""
    with pytest.raises(ModelError, match=r"norms \(age 58 up to below 61\)"):
        hecon.run(model(utility, dying="0"), book(58.0, NORMS).base())


@pytest.mark.parametrize(
    "utility",
    [
        "norms[age] ** 0", "1 ** norms[age]", "not norms[age]", "norms[age] or 1", "0 and norms[age]", "norms[age] == norms[age]",
        "norms[age] != 1", "max(norms[age], 1)", "1 if norms[age] else 0", "(1 if norms[age] >= 0 else 0) * 0",
        "discount_factor(0, norms[age])", "life_survivors(life, 'qx_male', norms[age] + 65)", "interp(norms, norms[age] * 60)",
        "gamma_side(1, 1, norms[age])", "floor(norms[age]) + ceil(norms[age]) + round(norms[age], 1)",
    ],
)  # fmt: skip
@pytest.mark.parametrize("uncertain", [False, True])
def test_whatever_stands_on_it_is_not_a_number(utility: str, uncertain: bool) -> None:
    """With an uncertain factor the value has a draw axis; a condition that no draw changes is decided beforehand."""
    inputs = book(58.0, NORMS, LIFE, u=(0.5, 0.01))
    text = utility.replace("norms[age]", "norms[age + 0 * u]" if uncertain else "norms[age]")
    with pytest.raises(ModelError, match=r"norms \(age 58 up to below 61\)"):
        hecon.run(model(f"u * ({text})", dying="0"), inputs.sample(5, seed=1))


@pytest.mark.parametrize("utility", ["0.8 if norms[70] else 1", "0.8 if norms[70] > 0.5 else 1"])
def test_a_switch_decided_before_the_run(utility: str) -> None:
    with pytest.raises(ModelError, match=r"norms \(age 58 up to below 61\)"):
        hecon.run(model(utility), book(58.0, NORMS).base())


def test_a_time_that_is_no_number_is_refused() -> None:
    with pytest.raises(ModelError, match="the time is not a number"):
        hecon.run(model(report={"alive": 'at(occupancy["alive"], norms[70])'}), book(58.0, NORMS).base())


def test_branches_that_are_not_taken_do_not_count() -> None:
    for utility in (
        "norms[age] if age < 61 else 0.5",
        "0.5 if age >= 61 else norms[age]",
        "where(age < 61, norms[age], 0.5) ** 1",
    ):
        found = hecon.run(model(utility, dying="0"), book(58.0, NORMS).base())
        assert found.effect("qaly").tolist() == [[pytest.approx(0.9 + 0.85 + 0.8 + 0.5)]]


def test_a_branch_probability_names_the_table() -> None:
    tree = DecisionTree(
        "Edge",
        [Strategy("one", to=Chance(Branch("a", "0.5 if norms[70] > 0 else 1", Leaf()), Branch("b", "C", Leaf())))],
        {"cost": "0", "effect": "0"}, "continuous",
    )  # fmt: skip
    with pytest.raises(ModelError, match=r"norms \(age 58 up to below 61\)"):
        hecon.run(tree, book(58.0, NORMS).base())


def test_every_primitive_passes_it_on() -> None:
    """Except a branch that is not taken, and the score by Prentice's w of a Q for which it is not used (both as in Excel)."""
    excused = {("where", 2), ("prentice_score", 0), ("prentice_slope", 0)}
    for name, one in PRIMITIVES.items():
        for k in range(one.arity[0]):
            for shape in ((), (3,), (2, 3)):
                args = [np.full(shape, np.nan if i == k else 0.5) for i in range(one.arity[0])]
                with np.errstate(all="ignore"):
                    found = np.isnan(one.numpy(*args))
                assert found.all() or (name, k) in excused, (name, k)


def test_numbers_come_out_of_both_spellings_alike() -> None:
    x = np.random.default_rng(1).choice([-1.5, 0.0, 0.5, 1.0, 2.0], (3, 4, 50))
    for name, one in PRIMITIVES.items():
        if one.sure is not None:
            args = np.abs(x[: one.arity[0]]) if name in ("**", "discount_factor") else x[: one.arity[0]]
            assert np.array_equal(one.numpy(*args), one.sure(*args)), name


def test_a_formula_by_itself() -> None:
    assert np.isnan(evaluate_formula("1 if x < 1 else 2", x=np.nan))
    assert np.isnan(evaluate_formula("mortality_prob(life, 60, 0, 60, 1)", {"life": LIFE}))
    assert evaluate_formula("x ** 0", x=0.0) == 1.0


READERS = {
    "mortality_prob": "mortality_prob(life, age, p_female, age_start, 1)",
    "mortality_rate": "1 - exp(-mortality_rate(life, age, p_female, age_start))",
    "alive_mix": "1 - alive_mix(life, age + 1, p_female, age_start)",
    "life_survivors": "1 - life_survivors(life, 'qx_male', age)",
    "lookup": "life[age, 'qx_male']",
    "uneven": "steps[age]",
    "interp": "interp(life, 'qx_male', age)",
    "condition": "0.2 if life[age, 'qx_male'] > 0.03 else 0.1",
    "not_condition": "0.1 if life[age, 'qx_male'] <= 0.03 else 0.2",
    "power": "0.1 * steps[age] ** 0",
    "largest": "0.1 * max(0.5, steps[age])",
}


@pytest.fixture(scope="module")
def reading(tmp_path_factory: pytest.TempPathFactory) -> tuple[Made, Path]:
    """A strategy for every reader, each with a cost that is what it gives in two years, and its workbook."""
    strategies = [Strategy(name, let={"read": text}) for name, text in READERS.items()]
    one = model(
        dying="0", horizon="2 years", let={"read": "0"}, strategies=strategies,
        outcomes=[Cost("read", {"alive": "1 + read"}, per="year", category="care", sector="health care"), Utility({"alive": "1"})],
    )  # fmt: skip
    inputs = hecon.make_book(
        "edge", [Parameter(name="age_start", value=65.0), Parameter(name="p_female", value=0.4)],
        tables={"life": LIFE, "steps": STEPS},
    )  # fmt: skip
    made = Made(one, inputs, "payer", 20_000.0, "lookup")
    path = tmp_path_factory.mktemp("reading") / "reading.xlsx"
    made.write(path)
    return made, path


INSIDE = [65.0, 65.25, 68.0]
OUTSIDE = [60.0, 64.5, 64.9999, 68.5, 69.0, 69.25, 69.5, 70.0, 70.5, 71.0, 72.5, 75.0]
CASES = [("formualizer", age) for age in INSIDE + OUTSIDE] + [("libreoffice", age) for age in (64.5, 69.5, 71.0)]


@pytest.mark.parametrize(("engine", "age"), CASES)
def test_below_at_and_above_a_table_the_workbook_is_the_engine(
    reading: tuple[Made, Path], tmp_path: Path, engine: str, age: float
) -> None:
    """What one gives as a number the other gives, and where one refuses the other has an error."""
    there = importlib.util.find_spec("formualizer") if engine == "formualizer" else shutil.which("soffice")
    if not there:
        pytest.skip(f"{engine} is not installed")
    made, path = reading
    layout = made.write(tmp_path / "layout.xlsx")
    sheets = open_session(path, engine, tmp_path).values({("Inputs", layout.inputs["age_start"].row, BASE): age})
    told: dict[str, float] = {}
    for one in layout.cells:
        if one.source.what == "total" and one.source.key == (0,):
            sheet, place = sheets[one.sheet], (one.row, one.column)
            told[one.source.block.split(" - ")[0]] = np.nan if place in sheet.errors else sheet.numbers[place]
    for name, text in READERS.items():
        alone = replace(made.model, strategies=[Strategy(name, let={"read": text})])
        try:
            value = float(hecon.run(alone, made.book.fix(age_start=age)).cost("payer")[0, 0])
        except ModelError:
            value = np.nan
        assert told[name] == pytest.approx(value, rel=1e-12, nan_ok=True), (name, value)
        assert np.isfinite(value) or age in OUTSIDE, name
