"""The lymphoma case, second line: plain loops, published figures, costs that follow events, a README that keeps its word."""

import csv
import runpy
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import hecon
from hecon.results.evidence.case_evidence import case_evidence
from hecon.workbook.verify.expected import compare
from hecon.workbook.verify.perturbation import batches
from hecon.workbook.verify.recalculate import open_session
from hecon.workbook.verify.trial import Made, Trial
from hecon.workbook.xlsx.package import read_package

ROOT = Path(__file__).parents[1]
CASE, INPUTS = ROOT / "models" / "axi_cel_second_line", ROOT / "inputs" / "axi_cel_second_line"
ORACLE = runpy.run_path(str(ROOT / "tests" / "oracles" / "axi_cel_second_line.py"))["run"]
PARTS = ("lost_work", "consumption")  # items of hecon.parts, with tests of their own
WHEN = ("early", "middle", "late")
POINTS = [
    f"{name}_{arm}" for name in (*(f"p_{c}_{w}" for c in ("os", "efs") for w in ("early", "middle", "late")), "d_efs_early")
    for arm in ("axi", "soc")
]  # fmt: skip


@pytest.fixture(scope="module")
def book() -> Any:
    return hecon.read_inputs(INPUTS)


@pytest.fixture(scope="module")
def model() -> Any:
    return runpy.run_path(str(CASE / "model.py"))["MODEL"]


def agree(outcomes: Any, oracle: dict[str, Any], draw: int = 0) -> None:
    """Every item of every strategy but the parts', to 1e-9 of its value."""
    for s, strategy in enumerate(outcomes.strategies):
        found = oracle[strategy]
        wanted = {(kind, name): value for kind in ("cost", "qaly", "count") for name, value in found[kind].items()}
        wanted |= {(kind, "life_years"): found[kind] for kind in ("ly", "ly_undiscounted")}
        for k, item in enumerate(outcomes.items):
            if item.name.startswith(PARTS):
                continue
            value = wanted.pop((item.kind, item.name), 0.0)
            assert outcomes.values[s, k, draw] == pytest.approx(value, rel=1e-9, abs=1e-9), (strategy, item)
        assert not wanted, (strategy, wanted)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "os_lognormal",
        "os_loglogistic",
        "efs_weibull",
        "smr_3",
        "age_65",
        "no_recovery",
        "crossover_adjusted",
        "liso_cel",
    ],
)
def test_the_run_equals_plain_loops(book: Any, model: Any, name: str) -> None:
    one = book.scenario(name) if name else book
    changes = {change.name: float(change.value) for change in (book.scenarios[name].changes if name else ())}
    agree(hecon.run(model, one.base()), ORACLE(INPUTS, **changes))


def test_a_shorter_horizon_equals_plain_loops(book: Any, model: Any) -> None:
    agree(hecon.run(model, book.scenario("horizon_5_years").base()), ORACLE(INPUTS, months=60))


def test_draws_equal_plain_loops(book: Any, model: Any) -> None:
    draws = book.sample(4, seed=8)
    outcomes = hecon.run(model, draws)
    for k in range(4):
        agree(outcomes, ORACLE(INPUTS, **{name: float(draws[name][k]) for name in draws.names}), k)


def test_the_published_figures_beside_ours() -> None:
    """The ratio lies within 20% of the mature analysis; the gains lie below both published ones, and are said to."""
    rows = {row.published.id: row for row in case_evidence(hecon.open_case(str(CASE)), CASE).rows}
    assert {name: row.within for name, row in rows.items() if row.within is not None} == {
        "oluwole_qaly": False, "oluwole_icer": True, "spain_ly": False, "spain_qaly": False,
    }  # fmt: skip
    assert len(rows) >= 30


@pytest.mark.parametrize("name", POINTS)
def test_every_point_moves_the_result(book: Any, model: Any, name: str) -> None:
    """Twelve of these changed nothing while curves were solved outside the model."""
    value = book.parameters[name].value
    base, other = (hecon.run(model, one) for one in (book.base(), book.fix(**{name: 0.97 * value})))
    assert abs(other.effect("qaly") - base.effect("qaly")).max() > 1e-4


def test_costs_follow_events(book: Any, model: Any) -> None:
    """Where nobody in standard care has an event, nobody has a later treatment; as published, 57% have one."""
    base = hecon.run(model, book.base())
    (k,) = base.select(kind="count", name="cell_therapies_later")
    assert base.values[:, k, 0] == pytest.approx([0.57, 8 / 180], rel=1e-3)
    own = [
        float(hecon.evaluate_formula(f"alive_mix(life_table, 58 + {t}, 0.34, 58) ** 1.5", book.tables))
        for t in (1, 2, 4)
    ]
    points = {
        f"p_{c}_{w}_soc": s * x
        for c in ("os", "efs")
        for w, s, x in zip(WHEN, (0.999, 0.998, 0.9975), own, strict=True)
    }
    well = book.fix(**points, d_efs_early_soc=12.0)
    cured = hecon.run(model, well)
    assert cured.values[0, k, 0] < 0.05  # who dies of other causes within four years counts as an event
    assert cured.split("category", "payer")["subsequent treatment"][0, 0] < 25_000


def test_fewer_crossovers_lower_survival(book: Any, model: Any) -> None:
    """Without crossover standard care's survival is axi-cel's to the power 1 / 0.58."""
    none = hecon.run(model, book.scenario("crossover_adjusted").base())
    assert all(np.all(check.passed) for check in none.kept["checks"])
    base = hecon.run(model, book.base())
    alive = [one.kept["reports"]["standard", "alive at 5 years"][0] for one in (base, none)]
    assert alive[1] == pytest.approx(0.536 ** (1 / 0.58), abs=0.01)
    assert alive[1] < alive[0] - 0.1


def test_a_price_alone_and_with_the_later_product(book: Any, model: Any) -> None:
    base, again = (hecon.run(model, one) for one in (book.base(), book.fix(price_axi_cel=300_000.0)))
    assert base.at_price("price_axi_cel", 300_000.0).cost("payer") == pytest.approx(again.cost("payer"), rel=1e-9)
    assert again.cost("payer")[0, 0] == pytest.approx(
        base.cost("payer")[0, 0], rel=1e-12
    )  # standard care's product is apart
    later = hecon.run(model, book.fix(price_later=300_000.0)).cost("payer")
    assert base.cost("payer")[0, 0] - later[0, 0] > 50_000


def test_derive_finds_the_numbers_that_stand_in_the_inputs() -> None:
    derive = runpy.run_path(str(CASE / "derive.py"))
    with open(INPUTS / "parameters.csv", newline="", encoding="utf-8") as file:
        rows = {row["name"]: row for row in csv.DictReader(file)}
    found = derive["derived"]()
    assert set(found) == {name for name, row in rows.items() if row["provenance"] == "derived"}
    for name, cells in found.items():
        assert {column: rows[name][column] for column in cells} == cells
    # 89,535 USD of 2019; US prices rose 1.2335844% in 2020 and 4.6978589% in 2021
    assert float(found["c_post_infusion"]["value"]) == pytest.approx(89535 * 1.012335844 * 1.046978589, rel=1e-8)


def test_the_checks_of_the_model_hold(book: Any, model: Any) -> None:
    checks = hecon.run(model, book.base()).kept["checks"]
    assert {check.name for check in checks} >= {
        f"overall survival at the {w} point" for w in ("early", "middle", "late")
    }
    for check in checks:
        assert np.all(check.passed), check.name


def test_the_workbook_solves_the_curves_again(tmp_path: Path) -> None:
    """Every cell, recalculated with other points and other everything, is the engine's."""
    one = hecon.open_case(str(CASE))
    made = Made(one.model, one.book, "payer", 150_000.0, "standard")
    layout = made.write(tmp_path / "axi.xlsx")
    package = read_package(tmp_path / "axi.xlsx")
    session = open_session(tmp_path / "axi.xlsx", "formualizer", tmp_path)
    trial = Trial(made, layout, package, package, session, tmp_path)
    (batch,) = batches(made.book, tuple(layout.inputs), [], [{}], 1, seed=3)
    ((inputs, values, draw),) = trial.sets(batch)
    assert inputs["p_os_late_axi"] != one.book.parameters["p_os_late_axi"].value
    compare(trial.tally, trial.session.values(trial.typed(inputs, {})), layout, values, draw, "formualizer")
    assert not trial.tally.wrong, [str(one) for one in trial.tally.wrong[:5]]
    assert trial.tally.cells > 10_000


def test_the_readme_says_what_the_case_gives() -> None:
    bridge = runpy.run_path(str(CASE / "bridge.py"))
    page = (CASE / "README.md").read_text(encoding="utf-8")
    written = page.split(bridge["BEGIN"])[1].split(bridge["END"])[0].strip()
    assert written == bridge["tables"](CASE)


def test_the_readme_s_sentences_hold(book: Any, model: Any) -> None:
    page = (CASE / "README.md").read_text(encoding="utf-8")
    base, both, alone = (
        hecon.run(model, one)
        for one in (book.base(), book.fix(price_axi_cel=5e5, price_later=5e5), book.fix(price_axi_cel=5e5))
    )

    def worth(outcomes: Any) -> float:
        return float(np.diff(150_000 * outcomes.effect("qaly")[:, 0] - outcomes.cost("payer")[:, 0])[0])

    for dearer in (both, alone):
        price = 399_000 + 101_000 * worth(base) / (worth(base) - worth(dearer))
        assert f"up to {price:,.0f}" in page
    work = {}
    for item, values in zip(base.items, base.values[:, :, 0].T, strict=True):
        key = "consumption" if item.sector == "consumption" else f"{item.method}: {item.category}"
        work[key] = work.get(key, 0.0) + values[0] - values[1]
    ill, dead = work["human capital: lost work, illness"], work["human capital: lost work, death"]
    assert f"+{ill + dead:,.0f} by human capital ({ill:,.0f} of it illness, {dead:,.0f} deaths)" in page
    assert f"illness alone {work['illness: lost work, illness']:,.0f}" in page
    assert f"consumption ({-work['consumption']:,.0f} more)" in page
