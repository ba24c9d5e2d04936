"""Budgets: by hand, the published vectors, the run they are made of, and the invariants between them."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.paying.small_model import small, small_book

from hecon.analysis.paying.budget import stack
from hecon.analysis.paying.population import eligible, phased, shares_of, starts_of
from hecon.analysis.paying.queue import queue
from hecon.errors import HeconError
from hecon.evaluate.keep.ledger import Ledger
from hecon.evaluate.run import run
from hecon.inputs.population import Population, population_faults, population_of
from hecon.results.analysis import Analysis
from hecon.results.budget import _budgeted, _plan, _sampled, budget_of, profile_of
from hecon.results.case import Case
from hecon.results.layouts.budget import members_grid, patients_grid, queue_grid, regions_grid, tables_of

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "budget.json").read_text(encoding="utf-8"))
PEOPLE = [
    ("new", "100", "80", "120", "normal", "100", "10", "patients a year"),
    ("there", "30", "", "", "", "", "", "patients"),
    ("share_fit", "0.5", "", "", "beta", "50", "50", "share"),
    ("growth", "0.02", "", "", "", "", "", "growth a year"),
    ("insured", "1000000", "", "", "", "", "", "members"),
    ("inflation", "0.1", "", "", "", "", "", "inflation a year"),
    ("ceiling", "3000000", "", "", "", "", "", "money a year"),
    ("north", "0.4", "", "", "", "", "", "share of region north"),
    ("south", "0.6", "", "", "", "", "", "share of region south"),
]
NAMES = ("name", "value", "low", "high", "distribution", "par1", "par2", "unit", "provenance")
UPTAKE = [
    ("with", "cell", "0.2", "0.4", "0.5"),
    ("with", "usual", "0.8", "0.6", "0.5"),
    ("without", "usual", "1", "1", "1"),
]


def records(people: Any = PEOPLE, uptake: Any = UPTAKE) -> dict[str, tuple[dict[str, str], ...]]:
    """Both files as rows of text."""
    columns = ("world", "strategy", *(f"year_{k + 1}" for k in range(len(uptake[0]) - 2)))
    return {
        "population": tuple(dict(zip(NAMES, (*row, "assumption"), strict=True)) for row in people),
        "uptake": tuple(dict(zip(columns, row, strict=True)) for row in uptake),
    }


def analysis_of(draws: int = 40, people: Any = PEOPLE, uptake: Any = UPTAKE, **more: Any) -> Analysis:
    """The small decision with a population, run."""
    book = small_book()
    held = {**records(people, uptake), **more.pop("records", {})}
    return Case("small", {"": small()}, replace(book, records=held)).run(draws=draws, **more)


@pytest.fixture(scope="module")
def analysis() -> Analysis:
    return analysis_of()


def places(n: float) -> Any:
    """The population with so many treatments a year."""
    return [*PEOPLE, ("places", str(n), "", "", "", "", "", "treatments a year")]


def test_the_published_prevalent_budget() -> None:
    """A million people, 0.2% ill, 60% diagnosed, half eligible: 600; 12,000 in place of 5,000; uptake 10 to 50%."""
    one, uptake = VECTORS["prevalent"], VECTORS["prevalent"]["uptake"]
    rows = [("people", "1000000", *[""] * 5, "patients a year")]
    rows += [(f"share_of_{k}", str(share), *[""] * 5, "share") for k, share in enumerate(one["shares"])]
    shares = [
        ("with", "drug", *map(str, uptake)),
        ("with", "care", *(f"{1 - u:g}" for u in uptake)),
        ("without", "care", *"11111"),
    ]
    found = population_of(replace(small_book(), records=records(rows, shares)), ("care", "drug"))
    people = eligible(found, found.book.base().__getitem__, 5)
    assert people.entries.sum() / 5 == pytest.approx(one["eligible"])
    paid = np.zeros((2, 1, 60, 1))
    paid[:, 0, 0, 0] = one["costs"]
    worlds = [starts_of(people.entries, shares_of(found, world, ("care", "drug"), 5)) for world in ("with", "without")]
    net = stack(paid, worlds[0]) - stack(paid, worlds[1])
    assert net.ravel() == pytest.approx(one["net"], rel=1e-12)
    assert net.sum() == pytest.approx(one["total"], rel=1e-12)


def test_the_published_stack_of_incident_cohorts() -> None:
    one = VECTORS["incident"]
    paid = np.zeros((1, 1, 60, 1))
    paid[0, 0, [0, 12, 24], 0] = one["costs"]
    assert stack(paid, np.full((1, 60, 1), one["patients"] / 12)).ravel() == pytest.approx(one["years"], rel=1e-12)


def test_cohorts_of_months_are_what_loops_give() -> None:
    random = np.random.default_rng(1)
    amounts, starts = random.random((2, 3, 36, 4)), random.random((2, 36, 4))
    starts[:, 12:24] = starts[:, 12:13]  # a year of equal months
    wanted = np.zeros((3, 3, 4))
    for month in range(36):
        for since in range(36 - month):
            wanted[:, (month + since) // 12] += (starts[:, None, month] * amounts[:, :, since]).sum(axis=0)
    assert stack(amounts, starts) == pytest.approx(wanted, rel=1e-12)
    assert stack(amounts[..., :1], starts)[..., 0] == pytest.approx(wanted[..., 0], rel=1e-12)


def test_one_patient_is_the_ledger_and_its_sum_the_undiscounted_run() -> None:
    book = small_book()
    draws = book.sample(20, 1)
    years = 11  # the horizon of ten, and the wait
    profile = profile_of(small(), draws, years, "cause", "payer")
    for k, strategy in enumerate(profile.strategies):
        alone = np.zeros((2, 12 * years, 1))
        alone[k, 0] = 1.0
        budget = stack(profile.amounts, alone)
        ledger = run(small(), draws, keep=(Ledger("year", until=years),)).kept["ledger"]
        assert budget.sum(axis=0) == pytest.approx(ledger.of(strategy, "cost", discounted=False), rel=1e-10, abs=1e-9)
        plain = run(replace(small(), discount={"cost": "0", "effect": "0"}), draws)
        assert budget.sum(axis=(0, 1)) == pytest.approx(plain.cost("payer")[k], rel=1e-10)


def test_parts_add_up_and_the_worlds_differ_by_the_uptake_alone(analysis: Analysis) -> None:
    by = [analysis.budget(by=one) for one in ("cause", "item", "payer")]
    for one in by[1:]:
        assert one.shown.net == pytest.approx(by[0].shown.net, rel=1e-12)
    assert by[0].groups == ("disease care", "product")
    assert by[2].groups == ("health care",)
    same = [("with", "usual", "1", "1", "1"), ("without", "usual", "1", "1", "1")]
    assert np.abs(analysis_of(20, uptake=same).budget().shown.net).max() == 0
    short = analysis.budget(2)
    assert short.shown.net == pytest.approx(by[0].shown.net[:2], rel=1e-10)
    assert by[0].base.starts_with.sum(axis=0) == pytest.approx(by[0].base.starts_without.sum(axis=0))


def test_the_first_year_by_hand() -> None:
    """A tree's payoffs fall at the decision: all who enter in the first year and are infused are paid for in it."""
    found = analysis_of(0).budget()
    entered = (30 + 100) * 0.5
    first = found.base.with_new[found.groups.index("product"), 0, 0]
    assert first == pytest.approx(entered * 0.2 * 0.9 * 300_000, rel=1e-12)


def test_draws_are_those_of_a_loop_over_single_draws(analysis: Analysis, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = analysis.budget().shown.net
    monkeypatch.setattr("hecon.results.budget._BYTES", 100_000)  # a few draws at a time
    assert analysis.budget().shown.net == pytest.approx(whole, rel=1e-12)
    assert np.ptp(whole[0]) > 0


def test_a_population_named_as_an_input_of_the_model_is_refused_and_streams_go_by_name(analysis: Analysis) -> None:
    mine = population_of(analysis.book).book.sample(40, 1)
    more = [("later", "5", "", "", "normal", "5", "1", "patients a year"), *PEOPLE]
    other = population_of(replace(small_book(), records=records(more))).book.sample(40, 1)
    assert (mine["new"] == other["new"]).all()
    clash = [("price", *PEOPLE[0][1:])]
    faults = population_faults(replace(small_book(), records=records(clash)))
    assert "population!A2 (price): 'price' is an input of the model too" in str(faults[0])


def test_faults_come_all_at_once_with_their_cells() -> None:
    people = [
        ("new", "x", *[""] * 5, "patients a year"),
        ("share_fit", "1.5", *[""] * 5, "share"),
        ("who", "3", *[""] * 5, "people"),
    ]
    uptake = [("with", "cel", "0.5", "1"), ("with", "usual", "0.4", "y"), ("wihtout", "usual", "1", "1")]
    book = replace(small_book(), records=records(people, uptake))
    told = "\n".join(map(str, population_faults(book, ("usual", "cell"))))
    for part in (
        "population!B2 (new): value is not a number", "share_fit", "population!H4 (who): 'people' is not a unit",
        "uptake!B2: 'cel' is not a known strategy; did you mean 'cell'?", "uptake!D3:", "uptake!A4: 'wihtout' is not a world",
        "has no row of world 'without'",
    ):  # fmt: skip
        assert part in told
    uneven = [("with", "cell", "0.5"), ("with", "usual", "0.4"), ("without", "usual", "1")]
    (fault,) = population_faults(replace(small_book(), records=records(PEOPLE, uneven)))
    assert str(fault) == "uptake!C: the shares of world 'with' in year_1 add up to 0.9; they must add up to 1"
    with pytest.raises(
        HeconError, match=r"no population: write inputs/small/population.csv with the columns name, value"
    ):
        Case("small", {"": small()}, small_book()).run(draws=0).budget()


def test_a_queue_delays_and_without_one_the_budget_is_the_plain_one(analysis: Analysis) -> None:
    plain = analysis.budget()
    free = analysis_of(people=places(1e6)).budget()
    assert free.shown.net == pytest.approx(plain.shown.net, rel=1e-10)
    held = analysis_of(people=places(12)).budget()
    found = held.shown.queue
    assert found is not None
    assert held.limited == "cell"
    assert found.treated.max() <= 1 + 1e-12
    gone = found.treated.sum(axis=0) + found.died.sum(axis=0) + found.waiting[-1]
    assert gone == pytest.approx(found.asked.sum(axis=0))
    assert (held.shown.with_new.sum(axis=(0, 1)) < plain.shown.with_new.sum(axis=(0, 1))).all()
    assert held.dies_waiting
    assert found.died.sum() > 0
    grid = queue_grid(held)
    assert len(grid.rows) == 12
    assert "Who waits dies as under the comparator" in grid.note
    assert "patients wait for cell" in held.in_words
    assert "Care of those who wait is not counted" in held.in_words


def test_care_while_waiting_is_counted_where_it_is_declared() -> None:
    rows = [*places(12), ("c_waiting", "1000", *[""] * 5, "money a month of waiting")]
    plain, found = (analysis_of(20, people=people).budget() for people in (places(12), rows))
    assert found.groups == (*plain.groups, "care while waiting")
    assert found.shown.queue is not None
    care = 1000 * found.shown.queue.waiting.reshape(3, 12, 20).sum(axis=1)
    assert found.shown.with_new[-1] == pytest.approx(care)
    assert found.shown.net - plain.shown.net == pytest.approx(care)
    assert "is not counted" not in found.in_words
    assert found.ceilings is not None
    (alone,) = population_faults(replace(small_book(), records=records([*PEOPLE, rows[-1]])))
    planned = _plan(under := analysis_of(20, people=rows), None)
    assert under.draws is not None
    held = _budgeted(small(), under.draws, planned, _sampled(under, planned.population), "cause", nominal=False)
    assert held.net_at(1.0) == pytest.approx(found.shown.net, rel=1e-9)
    assert np.abs(held.net_at(0.0)).max() < 1e-6
    assert "nobody waits where nothing is limited" in str(alone)


@pytest.mark.parametrize("method", ["latin hypercube", "sobol"])
def test_draws_of_the_population_are_independent_of_the_model_s(method: str) -> None:
    book = replace(small_book(), records=records())
    draws = book.sample(256, 1, method)
    analysis = Case("small", {"": small()}, book).run(draws=draws)
    people = _sampled(analysis, population_of(book))
    for name in draws.names:
        assert abs(np.corrcoef(draws[name], people["new"])[0, 1]) < 0.2
    assert analysis.budget().shown.net.shape == (3, 256)


def test_a_queue_by_hand() -> None:
    """Two come at once, one place a month: one is treated, half of those who wait die within the month, then the half left."""
    asked, alive = np.zeros((12, 1)), 0.5 ** np.arange(12.0)[:, None]
    asked[0] = 2.0
    found = queue(asked, np.array([12.0]), alive)
    assert found.treated[:3, 0].tolist() == [1.0, 0.5, 0.0]
    assert found.died[1, 0] == 0.5
    assert found.waited[1, 0] == 0.5
    assert found.mean_wait[0] == pytest.approx(0.5 / 1.5)


def test_a_queue_is_what_a_loop_over_patients_months_gives() -> None:
    random = np.random.default_rng(2)
    asked, places = random.random((36, 3)) * 4, np.array([12.0, 20.0, 60.0])
    alive = np.cumprod(random.uniform(0.8, 1.0, (36, 3)), axis=0)
    found = queue(asked, places, alive)
    for draw in range(3):
        line: list[tuple[int, float]] = []
        for month in range(36):
            stays = [(one, left * alive[month - one, draw] / alive[month - one - 1, draw]) for one, left in line]
            died = sum(left for _, left in line) - sum(left for _, left in stays)
            line, free, treated, waited = [], places[draw] / 12, 0.0, 0.0
            for one, left in [*stays, (month, asked[month, draw])]:
                served = min(left, free)
                free, treated, waited = free - served, treated + served, waited + served * (month - one)
                line.append((one, left - served))
            seen = (found.treated, found.died, found.waiting, found.waited)
            wanted = (treated, died, sum(left for _, left in line), waited)
            assert [one[month, draw] for one in seen] == pytest.approx(wanted, abs=1e-10)


def test_a_ceiling_is_kept_by_the_share_and_start_that_are_told(analysis: Analysis) -> None:
    found = analysis.budget(probability=0.9)
    held = found.ceilings
    assert held is not None
    net = found.shown.net
    assert held.chances == pytest.approx((net > 3_000_000).mean(axis=1))
    mean, likely = held.kept
    assert mean.share == pytest.approx((3_000_000 / net.mean(axis=1)).min(), abs=1e-4)
    assert likely.share is not None
    assert ((likely.share * net > 3_000_000).mean(axis=1) <= 0.1 + 1e-9).all()
    assert mean.share > likely.share
    assert analysis.budget(ceiling=1e12).in_words.count("The planned uptake keeps it") == 2
    assert "probability" in found.in_words
    planned, without = np.array([[0.5, 0.9]]), np.array([[0.0, 0.0]])
    assert phased(planned, without, 0.5, 1).tolist() == [[0.0, 0.25]]
    limited = analysis_of(0, people=places(12)).budget(ceiling=1_000_000).ceilings
    assert limited is not None
    assert limited.kept[0].share is not None
    assert 0 < limited.kept[0].share < 1


def test_nominal_members_and_regions(analysis: Analysis) -> None:
    found, nominal = analysis.budget(), analysis.budget(nominal=True)
    assert nominal.shown.net == pytest.approx(found.shown.net * 1.1 ** np.arange(3)[:, None], rel=1e-12)
    assert "at each year's own prices" in nominal.in_words
    members = members_grid(found)
    assert members.rows[0][3].mean == pytest.approx(found.net[0].mean / 1e6 / 12)  # type: ignore[union-attr]
    regions = regions_grid(found)
    for year in range(3):
        assert sum(row[1 + year] for row in regions.rows) == pytest.approx(found.net[year].mean)  # type: ignore[misc]
    assert [grid.name for grid in tables_of(found)] == [
        "budget", "budget_ceiling", "budget_patients", "budget_members", "budget_regions",
    ]  # fmt: skip
    assert "2.5%" in str(found)
    assert patients_grid(found).rows[5][0] == "cell"


def test_one_way_is_the_budget_at_the_ends() -> None:
    analysis = analysis_of(0)
    table = analysis.budget_one_way()
    assert table.base == pytest.approx(analysis.budget().base.net.sum())
    at_low = [("new", "80", *PEOPLE[0][2:4], *[""] * 3, PEOPLE[0][7]), *PEOPLE[1:]]
    assert table.row("new").at_low == pytest.approx(analysis_of(0, people=at_low).budget().base.net.sum())
    assert table.row("p_made").of == "model"
    assert table.rows[0].width >= table.rows[-1].width
    assert "new" in str(table)


def test_an_agreement_moves_the_money_into_later_years() -> None:
    terms = "Instalments(at=['0 months', '12 months', '24 months'], shares=['0.4', '0.3', '0.3'], while_in='alive')"
    scheme = {"schemes": ({"name": "thirds", "terms": terms},)}
    plain = analysis_of(0, records=scheme).budget(by="item")
    under = analysis_of(0, records=scheme, scheme="thirds").budget(by="item")
    paid, before = (found.base.with_new.sum(axis=0)[:, 0] for found in (under, plain))
    assert paid[0] < before[0]
    # the wait is 0.11 years: who enters in December is infused, and paid for, in January
    first, second = (under.groups.index(f"acquisition, thirds, {when} months") for when in (0, 12))
    infused = 15 + 11 * 50 / 12
    assert under.base.with_new[first, 0, 0] == pytest.approx(infused * 0.2 * 0.9 * 0.4 * 300_000, rel=1e-12)
    assert under.base.with_new[second, 0, 0] == 0
    assert under.base.with_new[second, 1, 0] > 0
    assert paid.sum() < before.sum()


def test_the_command_and_the_check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with both files: `hecon check` finds no fault, `hecon budget` writes tables, figure and the answer in words."""
    from typer.testing import CliRunner

    from hecon.cli import app
    from hecon.inputs.writing import write_inputs

    book = replace(small_book(), records=records())
    write_inputs(book, tmp_path / "inputs" / "small")
    source = (Path(__file__).parent / "small_model.py").read_text(encoding="utf-8")
    (tmp_path / "models" / "small").mkdir(parents=True)
    (tmp_path / "models" / "small" / "model.py").write_text(f"{source}\n\nMODEL = small()\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    checked = CliRunner().invoke(app, ["check", "small"])
    assert checked.exit_code == 0, checked.output
    done = CliRunner().invoke(
        app, ["budget", "small", "--years", "2", "--by", "item", "--draws", "20", "--name", "one"]
    )
    assert done.exit_code == 0, done.output
    assert "Over 2 years the new mix of treatments costs" in done.output
    folder = tmp_path / "outputs" / "small" / "budget-one"
    names = {
        "budget.csv",
        "budget_ceiling.csv",
        "budget_members.csv",
        "budget_regions.csv",
        "budget_one_way.csv",
        "budget.png",
    }
    assert names <= {one.name for one in folder.iterdir()}
    held = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    assert held["kept"][0]["probability"] is None
    (tmp_path / "inputs" / "small" / "uptake.csv").write_text("world,strategy,year_1\nwith,cel,1\n", encoding="utf-8")
    wrong = CliRunner().invoke(app, ["check", "small"])
    assert wrong.exit_code == 1
    assert "uptake!B2: 'cel' is not a known strategy; did you mean 'cell'?" in wrong.output


def test_the_picture_is_drawn_on_axes(analysis: Analysis) -> None:
    axes = analysis.budget().plot()
    assert [label.get_text() for label in axes.get_xticklabels()] == ["1", "2", "3"]
    swings = analysis.budget_one_way().plot(shown=3)
    assert len(swings.get_yticklabels()) == 3


def test_its_years_and_choices_are_refused_with_what_is_known(analysis: Analysis) -> None:
    with pytest.raises(HeconError, match=r"uptake.csv has the years 1 to 3; asked for 5"):
        analysis.budget(5)
    with pytest.raises(HeconError, match="by cause, item or payer; got 'cuase'; did you mean 'cause'"):
        analysis.budget(by="cuase")
    with pytest.raises(HeconError, match="needs inflation"):
        analysis_of(0, people=PEOPLE[:3]).budget(nominal=True)
    with pytest.raises(HeconError, match="between 0 and 1; got 1"):
        budget_of(analysis, probability=1.0)


def test_whose_treatments_are_limited_is_clear_or_refused() -> None:
    named = [*PEOPLE, ("places", "5", *[""] * 5, "treatments a year of usual")]
    assert isinstance(found := population_of(replace(small_book(), records=records(named))), Population)
    assert found.limited == "usual"
    both = [("with", "cell", "1"), ("without", "cell", "1")]
    (fault,) = population_faults(replace(small_book(), records=records(places(5), both)))
    assert "whose treatments are limited is not clear; write 'treatments a year of NAME'" in str(fault)
