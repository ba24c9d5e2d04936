"""What a reviewer does, done by recalculation: change a price and see the CEAC move; the black-box tests, inside the workbook."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import hecon
from hecon.analysis.cost_effectiveness.acceptability import acceptability
from hecon.workbook.layout import Layout
from hecon.workbook.sheets.input_cells import BASE
from hecon.workbook.sheets.one_way_sheet import tornado
from hecon.workbook.verify.recalculate import open_session
from hecon.workbook.verify.trial import Made
from hecon.workbook.xlsx.package import Cells, Place

Twins = Callable[[str], tuple[Made, Path]]
Layouts = Callable[[str], Layout]
pytestmark = pytest.mark.usefixtures("formualizer")
CEAC_FIRST = 6  # the first row of thresholds


class Reviewer:
    """A twin open in a spreadsheet."""

    def __init__(self, twins: Twins, layouts: Layouts, name: str, folder: Path, engine: str = "formualizer") -> None:
        self.made, path = twins(name)
        self.layout = layouts(name)
        self.session = open_session(path, engine, folder)
        self.found: Mapping[str, Cells] = {}

    def type(self, choices: Mapping[str, float | str] | None = None, **inputs: float) -> None:
        """Type inputs and choices on Control; nothing else stays typed."""
        cells: dict[Place, float | str] = {
            ("Inputs", self.layout.inputs[name].row, BASE): x for name, x in inputs.items()
        }
        cells |= {("Control", *self.layout.controls[name]): value for name, value in (choices or {}).items()}
        self.found = self.session.values(cells)

    def result(self, what: str, strategy: str) -> float:
        sheet, row, column = self.layout.results[what, strategy]
        return float(self.found[sheet].numbers[row, column])

    @property
    def strategies(self) -> list[str]:
        return [strategy for what, strategy in self.layout.results if what == "cost"]


@pytest.fixture
def sick(twins: Twins, layouts: Layouts, tmp_path: Path) -> Reviewer:
    return Reviewer(twins, layouts, "sick_sicker", tmp_path)


@pytest.mark.parametrize("engine", ["formualizer", "libreoffice"])
@pytest.mark.parametrize(
    ("name", "price_parameter", "factor", "swung"),
    [
        ("sick_sicker", "c_trtA", 0.3, "u_S1"),
        ("til_melanoma_2018", "", 0.5, "u_stable"),
        ("families", "", 0.5, "os_gompertz_rate"),
    ],
)
def test_changing_the_price_moves_the_ceac_to_that_of_a_run_with_that_price(
    twins: Twins,
    layouts: Layouts,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    engine: str,
    name: str,
    price_parameter: str,
    factor: float,
    swung: str,
) -> None:
    """What `hecon run` gives where the inputs hold that price: the same seed, so the same draws of all else."""
    request.getfixturevalue(engine)
    one = Reviewer(twins, layouts, name, tmp_path, engine)
    made = one.made
    price_parameter = price_parameter or made.book.settings["price_parameters"].split()[0]
    price = factor * made.book.parameters[price_parameter].value
    assert made.draws is not None
    assert made.psa is not None
    fixed = replace(made.book.parameters[price_parameter], value=price, low=price, high=price, distribution="fixed")
    book = replace(made.book, parameters={**made.book.parameters, price_parameter: fixed})
    run = hecon.run(made.model, book.sample(made.draws.n, seed=1))
    before = made.psa
    choices = {"mode": "one-way", "one_way": swung, "side": "high"}
    for psa, typed in (
        ((run, {price_parameter: price}), (before, {}))
        if engine == "formualizer"
        else ((run, {price_parameter: price}),)
    ):
        one.type(choices, **typed)
        same_ceac(one, psa)
        assert not [
            word for word in one.found["Results"].words.values() if "OUT OF DATE" in word
        ]  # a price parameter is followed
    one.type(choices, **{price_parameter: price})
    bound = book.fix(**{swung: book.parameters[swung].high})
    swing = tornado(
        made.model, made.book, made.perspective, made.wtp, run.strategies.index(made.reference), list(one.layout.inputs)
    )
    live = hecon.run(made.model, bound)
    benefit = made.wtp * live.effect()[:, 0] - live.cost(made.perspective)[:, 0]
    wanted = benefit[swing.strategy] - benefit[run.strategies.index(made.reference)]
    assert one.found["OneWay"].numbers[5, 1] == pytest.approx(wanted, rel=1e-9)
    assert wanted != pytest.approx(swing.base, rel=1e-3)


def same_ceac(one: Reviewer, psa: hecon.Outcomes) -> None:
    """Every threshold's shares, best strategy, frontier and EVPI, and the means on Results, are those of a run."""
    cells = one.found["CEAC"].numbers
    rows = np.flatnonzero(~np.isnan(cells[CEAC_FIRST:, 0])) + CEAC_FIRST
    rows = rows[: np.argmax(np.diff(rows, append=10**9) > 1) + 1]
    wanted = acceptability(psa, cells[rows, 0].tolist(), one.made.perspective)
    k = len(psa.strategies)
    assert len(rows) == 41
    assert np.allclose(cells[rows, 1 : 1 + k].T, wanted.ceac, atol=1e-12)
    best = np.argmax(
        [
            [wtp * psa.effect()[s].mean() - psa.cost(one.made.perspective)[s].mean() for wtp in cells[rows, 0]]
            for s in range(k)
        ],
        axis=0,
    )
    assert np.array_equal(cells[rows, k + 1], best + 1.0)
    assert np.allclose(cells[rows, k + 2], wanted.ceac[best, np.arange(len(rows))], atol=1e-12)
    assert np.allclose(cells[rows, k + 3], wanted.evpi, rtol=1e-9, atol=1e-6)
    for s, strategy in enumerate(psa.strategies):
        assert one.result("cost mean", strategy) == pytest.approx(psa.cost(one.made.perspective)[s].mean(), rel=1e-10)


def test_an_input_that_is_no_price_parameter_makes_the_psa_stale(sick: Reviewer) -> None:
    sick.type()
    assert not [word for word in sick.found["Results"].words.values() if "OUT OF DATE" in word]
    sick.type(hr_S1=2.5)
    assert [word for word in sick.found["Results"].words.values() if "OUT OF DATE" in word]


def test_a_draw_of_the_psa_shows_the_stored_result(sick: Reviewer) -> None:
    sick.type({"mode": "PSA draw", "draw": 17.0})
    psa = sick.made.psa
    assert psa is not None
    for s, strategy in enumerate(psa.strategies):
        assert sick.result("cost", strategy) == pytest.approx(psa.cost("payer")[s, 16], rel=1e-12)
        assert sick.result("effect", strategy) == pytest.approx(psa.effect()[s, 16], rel=1e-12)
    failed = [word for word in sick.found["Checks"].words.values() if "FAILED" in word]
    assert not failed


def test_costs_of_nothing_cost_nothing(sick: Reviewer) -> None:
    sick.type(**{name: 0.0 for name in sick.layout.inputs if name.startswith("c_")})
    assert [sick.result("cost", one) for one in sick.strategies] == [0.0] * len(sick.strategies)


def test_utility_one_undiscounted_gives_life_years(sick: Reviewer) -> None:
    sick.type(u_H=1.0, u_S1=1.0, u_S2=1.0, u_trtA=1.0, dr_effect=0.0)
    for one in sick.strategies:
        assert sick.result("effect", one) == pytest.approx(sick.result("ly", one), rel=1e-12)
        assert sick.result("ly", one) == pytest.approx(sick.result("ly_undiscounted", one), rel=1e-12)


def test_a_hazard_ratio_of_one_equals_the_comparator(sick: Reviewer) -> None:
    sick.type(hr_S1S2_trtB=1.0, c_trtB=0.0)
    for what in ("cost", "effect", "ly"):
        assert sick.result(what, "strategy_b") == pytest.approx(sick.result(what, "standard"), rel=1e-12)


def test_higher_mortality_shortens_life(sick: Reviewer) -> None:
    sick.type()
    before = {one: sick.result("ly", one) for one in sick.strategies}
    sick.type(r_HD=0.01)
    assert all(sick.result("ly", one) < before[one] for one in sick.strategies)


def test_a_higher_discount_rate_lowers_costs_and_effects(sick: Reviewer) -> None:
    sick.type()
    before = {(what, one): sick.result(what, one) for what in ("cost", "effect") for one in sick.strategies}
    sick.type(dr_cost=0.06, dr_effect=0.06)
    assert all(sick.result(what, one) < x for (what, one), x in before.items())


def test_a_shorter_horizon_counts_less_and_the_threshold_only_net_benefit(sick: Reviewer) -> None:
    sick.type()
    cost, nmb = sick.result("cost", "strategy_b"), sick.result("nmb", "strategy_b")
    sick.type({"threshold": 50000.0})
    assert sick.result("cost", "strategy_b") == cost
    assert sick.result("nmb", "strategy_b") == pytest.approx(
        nmb - 50000.0 * sick.result("effect", "strategy_b"), rel=1e-12
    )
    sick.type({"horizon": 10.0})
    assert 0 < sick.result("cost", "strategy_b") < cost
