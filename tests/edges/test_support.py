"""A parameter has a support: values, lows, highs, every draw and every draws file are held to it, by name and row.

With what is plausible or not in a file of inputs: units, currencies, life tables.
"""

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import hecon
from hecon.inputs.checks import remarks
from hecon.inputs.parameter import Parameter

INPUTS = Path(__file__).parents[2] / "inputs"


def edited(folder: Path, case: str, change: Callable[[dict[str, str]], None], file: str = "parameters") -> Path:
    """A copy of a case's inputs with one file's rows changed."""
    there = Path(shutil.copytree(INPUTS / case, folder / case))
    with (there / f"{file}.csv").open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    for row in rows:
        change(row)
    with (there / f"{file}.csv").open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return there


def told(folder: Path, case: str, name: str, **cells: str) -> str:
    """What reading says of a case's inputs with these cells of one parameter changed."""
    there = edited(folder, case, lambda row: row.update(cells) if row["name"] == name else None)
    with pytest.raises(hecon.HeconError) as raised:
        hecon.read_inputs(there)
    return str(raised.value)


# the wrong files of the table, and what is said of each

FIXED = {"distribution": "", "par1": "", "par2": "", "low": "", "high": ""}


@pytest.mark.parametrize("unit", ["%", "percent"])
@pytest.mark.parametrize("spread", [("gamma mean se", "7", "1"), ("normal", "7", "1")])
def test_a_probability_of_7_percent(tmp_path: Path, unit: str, spread: tuple[str, str, str]) -> None:
    cells = dict(zip(("distribution", "par1", "par2"), spread, strict=True))
    said = told(tmp_path, "til_melanoma", "p_severe_ipi", unit=unit, value="7", low="", high="", **cells)
    assert "(p_severe_ipi): a formula uses the number as written: write 0.07 with unit 'share' or 'probability'" in said


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("price_dose", "-31000", "an amount of money is at least 0; its value is -31000"),
        ("wage_hour", "-24.07", "an amount of money is at least 0; its value is -24.07"),
        ("n_doses", "-3", "a count is at least 0; its value is -3"),
        ("d_away_til", "-12", "a length of time is at least 0; its value is -12"),
    ],
)
def test_negative_prices_wages_doses_and_weeks(tmp_path: Path, name: str, value: str, words: str) -> None:
    case = "til_melanoma" if name == "d_away_til" else "sipuleucel_t"
    assert f"({name}): {words}" in told(tmp_path, case, name, value=value, mean_differs="x", **FIXED)


@pytest.mark.parametrize(
    ("one", "rule"),
    [
        (Parameter(name="p_ill", value=0.5, unit="probability", distribution="normal", par1=0.5, par2=0.2), "0 to 1"),
        (
            Parameter(name="u_ill", value=0.95, unit="utility", distribution="normal", par1=0.95, par2=0.025),
            "1 or less",
        ),
        (Parameter(name="c_ill", value=100.0, unit="EUR", distribution="normal", par1=100, par2=80), "0 or more"),
        (Parameter(name="d_wait", value=0.2, unit="years", distribution="normal", par1=0.2, par2=0.3), "0 or more"),
    ],
)
def test_draws_of_a_normal_outside_the_support(one: Parameter, rule: str) -> None:
    low, high = {"0 to 1": (0.1, 0.9), "1 or less": (0.9, 1.0), "0 or more": (0.0, 250.0)}[rule]
    bounded = hecon.make_book("demo", [Parameter(**{**vars(one), "low": low, "high": high})])
    with pytest.raises(hecon.InputError, match=rf"of 10,000 draws of {one.name} lie outside {rule} \(an? ") as raised:
        bounded.sample(10_000, seed=1)
    open_book = hecon.make_book("demo", [Parameter(**{**vars(one), "low": low, "high": high, "support": "any"})])
    draws = open_book.sample(10_000, seed=1)
    x = np.asarray(draws[one.name])
    count = int(((x < 0) & (rule != "1 or less")).sum() + ((x > 1) & (rule != "0 or more")).sum())
    assert (
        str(raised.value).split("\n")[1].split(": ")[1].startswith(f"{count:,} of 10,000")
    )  # as many as are counted here
    said = [str(remark) for remark in remarks(open_book, draws)]
    assert any(f"{count:,} of 10,000 draws lie outside {rule}" in line and "'any' allows" in line for line in said)


def test_a_wait_below_0_is_refused() -> None:
    structure = hecon.MarkovModel(
        ("well", "dead"), "1 year", "5 years", "half-cycle", "mid", transitions={"well -> dead": "0.1"}
    )
    model = hecon.DecisionTree(
        "Demo", [hecon.Strategy("late", to=hecon.Leaf(structure, "well"), lasts="delay")],
        {"cost": "0.03", "effect": "0.03"}, "continuous",
    )  # fmt: skip
    book = hecon.make_book("demo", [Parameter(name="delay", value=0.2, distribution="normal", par1=0.2, par2=0.3)])
    assert hecon.run(model, book.base()).effect("ly")[0, 0] > 0
    with pytest.raises(hecon.ModelError, match=r"years by which lasts is below 0 is .* \(strategy late, .* draws\)"):
        hecon.run(model, book.sample(100, seed=1))
    with pytest.raises(hecon.ModelError, match="years by which lasts is below 0 is 1 and must be at most 0"):
        hecon.run(model, book.fix(delay=-1))
    with pytest.raises(hecon.InputError, match="d_wait: a length of time is at least 0; its value is -1"):
        hecon.make_book("demo", [Parameter(name="d_wait", value=-1.0, unit="years")])


def test_a_unit_in_another_currency(tmp_path: Path) -> None:
    said = told(tmp_path, "sipuleucel_t", "price_dose", unit="EUR per year")
    assert "(price_dose): its unit says EUR, its currency USD; correct one of them" in said
    two = [Parameter(name="fee", value=1.0, unit="EUR"), Parameter(name="stay", value=1.0, unit="USD per day")]
    with pytest.raises(hecon.InputError, match="stay: currency is USD, but other costs are in EUR"):
        hecon.make_book("demo", two)
    with pytest.raises(hecon.InputError, match="fee: its unit says 2019, its price year 2020"):
        hecon.make_book("demo", [Parameter(name="fee", value=1.0, unit="EUR 2019", currency="EUR", price_year="2020")])


def test_currency_and_price_year_blank_on_one_cost(tmp_path: Path) -> None:
    said = told(tmp_path, "sipuleucel_t", "price_dose", currency="", price_year="")
    assert "(price_dose): has no currency; a cost needs both" in said
    assert "(price_dose): has no price year; a cost needs both" in said


def cohort(**more: object) -> hecon.MarkovModel:
    given = {"transitions": {"well -> dead": "p_die"}, **more}
    return hecon.MarkovModel(
        ("well", "dead"), given.pop("cycle", "1 year"), "2 years", "half-cycle", "mid", title="Demo", start="well",
        strategies=[hecon.Strategy("a"), hecon.Strategy("b")], discount={"cost": "0", "effect": "0"},
        discount_timing="continuous", **given,
    )  # fmt: skip


@pytest.mark.parametrize(
    "text", ["p_die", "p_die * hr", "1 - (1 - p_die)", "hr_on_prob(p_die, hr)", "p_now", "(1 - p_other) * p_die"]
)
def test_a_probability_per_month_in_yearly_cycles(text: str) -> None:
    book = hecon.make_book("demo", [
        Parameter(name="p_die", value=0.01, unit="probability per month"), Parameter(name="hr", value=1.0, unit="hazard ratio"),
        Parameter(name="p_other", value=0.01, unit="probability per month"),
    ])  # fmt: skip
    model = cohort(transitions={"well -> dead": text}, let={"p_now": "0.5 * 0 + p_die"})
    with pytest.raises(
        hecon.ModelError, match="p_die is a 'probability per month' and stands as a probability per cycle of 1 year"
    ):
        hecon.run(model, book.base())
    monthly = cohort(transitions={"well -> dead": text}, let={"p_now": "p_die"}, cycle="1 month")
    assert hecon.run(monthly, book.base()).effect("ly")[0, 0] > 1.7
    converted = cohort(transitions={"well -> dead": "rescale_prob(p_die, 1 / 12, 1)"})
    assert hecon.run(converted, book.base()).effect("ly")[0, 0] > 1.7


def test_rates_and_probabilities_are_not_taken_for_each_other() -> None:
    book = hecon.make_book("demo", [
        Parameter(name="p_die", value=0.01, unit="probability per year"), Parameter(name="r_die", value=0.01, unit="per year"),
        Parameter(name="r_month", value=0.01, unit="per month"),
    ])  # fmt: skip
    for given, words in (
        ({"transitions": {"well -> dead": "r_die"}}, "r_die is a 'per year' and stands as a probability per cycle"),
        ({"transitions": None, "rates": {"well -> dead": "p_die"}}, "prob_to_rate"),
        ({"transitions": None, "rates": {"well -> dead": "r_month"}}, "stands as a rate per year: multiply it by 12"),
    ):
        with pytest.raises(hecon.ModelError, match=words):
            hecon.run(cohort(**given), book.base())


def test_a_cost_per_month_beside_a_flow_per_year() -> None:
    book = hecon.make_book("demo", [
        Parameter(name="p_die", value=0.1, unit="probability"), Parameter(name="c_drug", value=10.0, unit="EUR per month"),
        Parameter(name="doses", value=2.0, unit="doses"), Parameter(name="d_wait", value=3.0, unit="weeks"),
    ])  # fmt: skip

    def model(text: str, per: str) -> hecon.MarkovModel:
        return cohort(outcomes=[hecon.Cost("drug", {"well": text}, per=per, category="product", sector="health care")])

    for text, per in (
        ("c_drug", "year"),
        ("c_drug * doses", "year"),
        ("c_drug if cycle < 1 else 0", "year"),
        ("c_drug", "cycle"),
    ):
        with pytest.raises(hecon.ModelError, match="c_drug is a 'EUR per month'"):
            hecon.run(model(text, per), book.base())
    assert hecon.run(model("12 * c_drug", "year"), book.base()).cost("payer")[0, 0] > 0
    wait = hecon.DecisionTree(
        "Demo",
        [hecon.Strategy("a", to=hecon.Leaf(cohort(), "well"), lasts="d_wait")],
        {"cost": "0", "effect": "0"},
        "continuous",
    )
    with pytest.raises(hecon.ModelError, match="d_wait is a 'weeks' and stands as a number of years: divide it by 52"):
        hecon.run(wait, book.base())


def by_1000(row: dict[str, str]) -> None:
    row.update({k: str(float(x) / 1000) for k, x in row.items() if k != "age"})


def swapped(row: dict[str, str]) -> None:
    row["qx_male"], row["qx_female"] = row["qx_female"], row["qx_male"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (by_1000, "qx_male: 5.8e-05 die at age 80, where 0.01 to 0.3 do"),
        (swapped, "men die earlier than women: are the two swapped?"),
    ],
)
def test_a_life_table_that_looks_like_none(
    tmp_path: Path, change: Callable[[dict[str, str]], None], words: str
) -> None:
    assert not [one for one in remarks(hecon.read_inputs(INPUTS / "axi_cel_second_line")) if "life" in str(one)]
    book = hecon.read_inputs(edited(tmp_path, "axi_cel_second_line", change, "life_table"))
    assert any(words in str(one) for one in remarks(book))


@pytest.mark.parametrize("step", [1, -1])
def test_a_life_table_shifted_by_a_row(tmp_path: Path, step: int) -> None:
    with (INPUTS / "axi_cel_second_line" / "life_table.csv").open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    other = {row["age"]: rows[min(max(k + step, 0), len(rows) - 1)] for k, row in enumerate(rows)}

    def shifted(row: dict[str, str]) -> None:
        row.update({k: x for k, x in other[row["age"]].items() if k != "age"})

    book = hecon.read_inputs(edited(tmp_path, "axi_cel_second_line", shifted, "life_table"))
    assert any("is the table shifted by a row?" in str(one) for one in remarks(book))


# draws files, arrays, checks


def test_a_draws_file_outside_the_support_is_refused_by_name_and_row(tmp_path: Path) -> None:
    book = hecon.make_book("demo", [
        Parameter(name="rate_x", value=0.5, distribution="beta", par1=2, par2=2),
        Parameter(name="u_x", value=0.5, unit="utility", distribution="normal", par1=0.5, par2=0.01),
    ])  # fmt: skip
    path = tmp_path / "draws.csv"
    path.write_text("rate_x,u_x\n0.5,0.5\n1.7,0.6\n0.1,1.2\n-0.1,1.3\n")
    with pytest.raises(hecon.InputError) as raised:
        book.read_draws(path)
    assert "draws.csv!A3 (rate_x): 1.7 is outside its support, 0 to 1 (2 of 4 rows lie outside)" in str(raised.value)
    assert "draws.csv!B4 (u_x): 1.2 is outside its support, 1 or less" in str(raised.value)


def test_fixed_values_and_designs_are_held_to_the_support() -> None:
    book = hecon.make_book("demo", [Parameter(name="p_x", value=0.5, unit="probability")])
    with pytest.raises(hecon.InputError, match=r"p_x, draw 0: a probability lies between 0 and 1; it is 1.2"):
        book.fix(p_x=1.2)


def test_a_stated_support_takes_the_place_of_the_units() -> None:
    saved = Parameter(name="saved", value=-5.0, unit="EUR", support="-10 to 0")
    assert hecon.make_book("demo", [saved]).fix(saved=-10)["saved"] == -10
    with pytest.raises(hecon.InputError, match="saved: its stated support lies between -10 and 0; its value is -12"):
        hecon.make_book("demo", [Parameter(**{**vars(saved), "value": -12.0})])
    with pytest.raises(hecon.InputError, match="the support 'positive' is not understood; write 'any', '0 to 1'"):
        hecon.make_book("demo", [Parameter(**{**vars(saved), "support": "positive"})])


def test_qalys_above_life_years_fail_a_built_in_check() -> None:
    from hecon.results.checks import check_summary

    book = hecon.make_book("demo", [Parameter(name="p_die", value=0.1, unit="probability")])
    good, bad = (cohort(outcomes=[hecon.Utility({"well": text})]) for text in ("0.8", "1.2"))
    assert check_summary(hecon.run(good, book.base())).notes == ("1 of 1 checks hold in the base case.",)
    (line,) = check_summary(hecon.run(bad, book.base())).failed
    assert line.startswith("Check fails: QALYs against life-years (strategy a): ")


def test_arrays_are_read_only() -> None:
    numbers = np.array([1.0, 2.0])
    book = hecon.make_book("demo", [Parameter(name="x", value=1.0)], tables={"tab": {"t": [0, 1], "s": numbers}})
    column = book.tables["tab"].columns["s"]
    numbers[1] = 77  # the caller's own, of which the table has a copy
    assert column[1] == 2
    with pytest.raises(ValueError, match="read-only"):
        column[1] = 77
    with pytest.raises(TypeError):
        book.tables["tab"].columns["s"] = numbers  # type: ignore[index]
    with pytest.raises(ValueError, match="read-only"):
        np.asarray(book.fix(x=2)["x"])[0] = 3
