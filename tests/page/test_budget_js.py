"""Budget, the page's budget impact and agreements in JavaScript, against Python: the same money, patients, queue and sentences."""

from dataclasses import replace

import numpy as np
import pytest
from tests.paying.small_model import small, small_book

import hecon
from hecon.analysis.paying.budget import by_year, stack
from hecon.analysis.paying.population import phased
from hecon.analysis.paying.queue import queue
from hecon.errors import HeconError
from hecon.evaluate.keep.ledger import Ledger
from hecon.evaluate.run import run
from hecon.page.budget_contents import agreements_contents, budget_contents
from hecon.page.engine_script import engine_script, javascript
from hecon.page.model_script import model_script
from hecon.page.run_javascript import run_javascript
from hecon.page.with_agreements import with_agreements_of

FILES = ("decide.js", "decide_digits.js", "budget.js", "budget_queue.js", "budget_ceiling.js", "budget_impact.js")
FILES += ("budget_agreements.js", "budget_cash.js", "figures.js", "figures_parts.js", "figures_paying.js")


def javascript_of(script, data, model=""):
    return run_javascript("\n".join([*map(javascript, FILES), model, script]), data)


def page_data(analysis, outcomes=None):
    """The parts of the page's data that Budget reads."""
    base = analysis.base if outcomes is None else outcomes
    return {
        "strategies": [{"name": name, "label": name} for name in base.strategies],
        "items": [
            {name: getattr(item, name) for name in ("kind", "name", "category", "sector", "payer")}
            for item in base.items
        ],
        "perspectives": [
            {"name": name, "counts": [int(one.kind == "cost" and one.sector in sectors) for one in base.items]}
            for name, sectors in base.perspectives.items()
        ],
        "perspective": analysis.perspective,
        "currency": base.currency,
        "price_year": base.price_year,
        "money": base.money,
        "budget": budget_contents(analysis),
    }


def test_what_is_stacked_queued_and_phased_is_what_python_gives():
    rng = np.random.default_rng(4)
    cases = []
    for _ in range(20):
        years, groups = int(rng.integers(1, 5)), int(rng.integers(1, 4))
        amounts = rng.normal(size=(2, groups, 12 * years)) * 1000
        starts = np.repeat(rng.integers(0, 4, size=(2, 2 * years)), 6, axis=1) * rng.uniform(0.5, 2)
        alive = None if rng.random() < 0.3 else np.cumprod(rng.uniform(0.8, 1.0, size=12 * years))
        shares = rng.uniform(size=(2, 2, years))
        cases.append(
            {
                "amounts": amounts.tolist(), "starts": starts.tolist(), "places": float(rng.uniform(0, 30)),
                "alive": None if alive is None else alive.tolist(), "planned": shares[0].tolist(),
                "without": shares[1].tolist(), "share": float(rng.random()), "later": int(rng.integers(0, years)),
            }
        )  # fmt: skip
    found = javascript_of(
        """const row = (one) => Float64Array.from(one);
        return data.map((one) => ({
          stacked: Budget.stack(one.amounts.map((mine) => mine.map(row)), one.starts.map(row)),
          queue: Budget.queue(row(one.starts[0]), one.places, one.alive && row(one.alive)),
          phased: Budget.phased(one.planned, one.without, one.share, one.later)}));""",
        cases,
    )
    for one, told in zip(cases, found, strict=True):
        starts = np.array(one["starts"])
        wanted = stack(np.array(one["amounts"])[..., None], starts[..., None])[..., 0]
        np.testing.assert_allclose(told["stacked"], wanted, rtol=1e-11, atol=1e-8)
        alive = None if one["alive"] is None else np.array(one["alive"])[:, None]
        line = queue(starts[0][:, None], np.array([one["places"]]), alive)
        for name in ("asked", "treated", "died", "waiting", "waited"):
            np.testing.assert_allclose(told["queue"][name], getattr(line, name)[:, 0], rtol=1e-9, atol=1e-9)
        wanted = phased(np.array(one["planned"]), np.array(one["without"]), one["share"], one["later"])
        np.testing.assert_allclose(told["phased"], wanted, rtol=1e-12)


def _budget_case(**changes):
    """The leukaemia case with some rows of its population changed."""
    case = hecon.open_case("car_t_paediatric_all")
    rows = tuple({**row, "value": changes.get(row["name"], row["value"])} for row in case.book.records["population"])
    rows = tuple(
        {key: text for key, text in row.items() if row["name"] not in changes or key not in BOUNDS} for row in rows
    )
    return replace(case, book=replace(case.book, records={**case.book.records, "population": rows}))


BOUNDS = ("low", "high", "distribution", "par1", "par2")


def _ledger(model, book, period="month", until=None):
    kept = run(model, book.base(), keep=(Ledger(period, until=until),))
    amounts = kept.kept["ledger"]
    values = np.zeros((len(kept.strategies), len(kept.items), amounts.undiscounted.shape[2]))
    for (strategy, _), rows in zip(amounts.places, amounts.undiscounted[..., 0], strict=True):
        values[kept.strategies.index(strategy)] += rows
    return {"years": values.shape[2], "a_year": 12, "undiscounted": values.ravel().tolist()}, kept


@pytest.mark.parametrize("perspective", ["payer", "societal"])
def test_the_budget_is_that_of_the_command_with_its_queue_ceiling_and_sentences(perspective):
    case = _budget_case()
    analysis = case.run(draws=0, perspective=perspective)
    ledger, _ = _ledger(analysis.model, analysis.book, until=5)
    changes = (
        {}, {"by": "item", "years": 3}, {"by": "payer", "nominal": True},
        {"population": {"incident": 150.0, "growth": 0.05}, "ceiling": 5e6}, {"population": {"places": 50.0, "ceiling": 1e6}},
    )  # fmt: skip
    changes = changes if perspective == "payer" else changes[:2]
    data = {"DATA": page_data(analysis), "ledger": ledger, "changes": changes}
    found = javascript_of("return data.changes.map((one) => Budget.of(data.DATA, data.ledger, one));", data)
    for change, told in zip(changes, found, strict=True):
        other = _budget_case(**{name: str(value) for name, value in change.get("population", {}).items()})
        rest = {name: value for name, value in change.items() if name != "population"}
        wanted = replace(analysis, book=other.book).budget(**rest)
        worlds = wanted.base
        size = float(np.abs(worlds.with_new).max())
        assert told["groups"] == list(wanted.groups)
        for mine, its in ((told["with"], worlds.with_new), (told["without"], worlds.without)):
            np.testing.assert_allclose(mine, its[..., 0], rtol=1e-10, atol=1e-10 * size)
        np.testing.assert_allclose(told["total"]["net"], worlds.net[:, 0], rtol=1e-10, atol=1e-10 * size)
        np.testing.assert_allclose(told["starts"]["with"], worlds.starts_with[..., 0], rtol=1e-10, atol=1e-10)
        assert worlds.queue is not None
        np.testing.assert_allclose(told["queue"]["waiting"], worlds.queue.waiting[:, 0], rtol=1e-9, atol=1e-9)
        np.testing.assert_allclose(
            [one["asked"] for one in told["quarters"]], by_year(np.repeat(worlds.queue.asked, 4, axis=0)).ravel() / 4
        )
        assert wanted.ceilings is not None
        (kept,) = wanted.ceilings.kept
        assert (told["kept"]["share"], told["kept"]["later"]) == (kept.share, kept.later)
        assert told["kept"]["over"] == [bool(one) for one in wanted.ceilings.chances]
        np.testing.assert_allclose([one["net"] for one in told["members"]], worlds.net[:, 0] / worlds.members[0] / 12)
        assert told["words"] == wanted.in_words
        assert all(text.startswith("not ") for text in told["refused"])


def test_what_cannot_be_a_budget_is_told_all_at_once():
    from hecon.results.budget_example import two_treatments

    analysis = two_treatments().run()
    settings = {
        "years": 3, "population": {"new": -1.0, "old": 2.0}, "uptake": {"with": {"drug": [0.5, 1.2]}}, "nominal": True
    }  # fmt: skip
    told = javascript_of("return Budget.faults(data[0], data[1]);", [page_data(analysis), settings])
    assert told == [
        "The uptake has the years 1 to 2: ask for so many or fewer.",
        "The population has no input 'old'.",
        "new: a number of 0 or more is needed; got -1.",
        "The shares of world 'with' in year 1 add up to 1.4; they must add up to 1.",
        "A share of world 'with' in year 2 does not lie between 0 and 1.",
        "A nominal budget needs inflation; population.csv has none.",
    ]
    ledger = {"years": 2, "a_year": 1, "undiscounted": [0.0] * 8}
    with pytest.raises(HeconError, match="a budget needs a ledger by month"):
        javascript_of("return Budget.of(data[0], data[1]);", [page_data(analysis), ledger])


ROW = ("price", "paid", "patient", "equivalent", "own", "hidden", "neutral", "inmb", "administration", "vbp")
PRICES = ({"at": "own"}, {"at": "equal"}, {"at": "equal", "payment": 300_000.0})
CASH = ({"years": 6, "by": "year"}, {"years": 7, "by": "quarter", "enrolment": 250.0})
PARTIES = ("payer", "patient", "manufacturer", "administrator")


NAMES = ("name", "label", "terms", "after", "price", "administration", "per_assessment")
SCHEMES = (
    ("cheap", "A tenth off", "Discount('0.1')", "", "1.1", "300", "0"),
    ("shared", "Halves", "Instalments(at=['0 months', '9 months'], shares=['0.5', '0.5'], while_in='alive'); Coverage('0.8')",
     "", "1", "0", "20"),
    ("thirds", "Thirds", "Instalments(at=['0 months', '6 months', '1 year'], shares=['1/3', '1/3', '1/3'], while_in='free')",
     "infusion", "1", "0", "10"),
    ("response", "48% at 18 months", "PayForResponse('0.48', '18 months', 'free')", "infusion", "1.2", "0", "0"),
    ("back", "Half back on death", "Refund('0.5', '* -> dead', '12 months')", "infusion", "1", "0", "0"),
    ("yearly", "Five years", "Annuity('5', '0.03', 'alive', due='end')", "", "1", "1000", "50"),
)  # fmt: skip


def _small():
    """A small model whose patients wait before they are treated, with agreements of every kind; nothing in it is of a disease."""
    rows = tuple(dict(zip(NAMES, row, strict=True)) for row in SCHEMES)
    return hecon.open_case(small(), replace(small_book(), records={"schemes": rows}))


@pytest.fixture(scope="module", params=["leukaemia", "small"])
def agreed(request):
    """A case with all its agreements in the printed model: the run, the page's data, and what the page says."""
    case = hecon.open_case("car_t_paediatric_all") if request.param == "leukaemia" else _small()
    analysis = case.run(draws=0, perspective="health care sector")
    found = with_agreements_of(analysis)
    assert found.left_out == ()
    base = run(found.model, found.book.base())
    data = page_data(analysis, base) | {"agreements": agreements_contents(found)}
    reading = {
        "perspective": analysis.perspective, "threshold": analysis.wtp, "effect": analysis.effect,
        "reference": analysis.reference,
    }  # fmt: skip
    script = model_script(found.model, found.book, ())
    told = javascript_of(
        """const M = make_model(), {DATA} = data;
        M.set_horizon(null);
        const under = DATA.agreements.choices.map(({value}) => {
          const x = Float64Array.from(M.inputs, (name) => (name === DATA.agreements.input ? value : data.base[name]));
          M.prepare(x);
          return {value, totals: M.evaluate(x).slice(), ledger: M.ledger(x, 12, 10)};
        });
        const cash = data.cash.map((settings) => under.map((one) =>
          Budget.cash(DATA, one.ledger, one.totals, {...settings, value: one.value})));
        const budgets = DATA.budget ? data.budgets.map((value) => Budget.of(DATA, under[value].ledger)) : [null];
        return {totals: under[0].totals, ledger: under[2].ledger, cash, budgets,
          figures: [Figures.budget({perspective: "x", budget: budgets[0]}).text, Figures.cash({cash: cash[0][3]}).text],
          tables: data.prices.map((one) => Budget.agreements(DATA, under, {...data.reading, ...one}))};""",
        {
            "DATA": data, "base": dict(script.base), "cash": CASH, "prices": PRICES, "reading": reading, "budgets": [0, 2],
        },
        engine_script(script),
    )  # fmt: skip
    return analysis, found, data, base, told


def test_the_printed_ledger_by_month_is_the_engines(agreed):
    _, found, data, base, told = agreed
    np.testing.assert_allclose(told["totals"], base.values[:, :, 0].ravel(), rtol=1e-10, atol=1e-9)
    switch = replace(found.book.parameters["agreement"], value=2.0)
    book = replace(found.book, parameters={**found.book.parameters, "agreement": switch})
    ledger, kept = _ledger(found.model, book, until=10)
    assert (told["ledger"]["years"], told["ledger"]["a_year"]) == (120, 12)
    assert [one["name"] for one in data["items"]] == [one.name for one in kept.items]
    np.testing.assert_allclose(told["ledger"]["undiscounted"], ledger["undiscounted"], rtol=1e-9, atol=1e-6)


def test_agreements_are_compared_as_the_command_compares_them(agreed):
    analysis, *_, told = agreed
    for settings, mine in zip(PRICES, told["tables"], strict=True):
        wanted = analysis.agreements(**settings)
        assert [row["agreement"] for row in mine["rows"]] == [row.agreement for row in wanted.rows]
        assert mine["list_price"] == pytest.approx(wanted.list_price, rel=1e-9)
        for row, its in zip(mine["rows"], wanted.rows, strict=True):
            for name in ROW:
                assert row[name] == pytest.approx(getattr(its, name), rel=1e-9, abs=1e-6), (its.agreement, name)
            assert (row["label"], row["best"], row["plain"]) == (its.label, its.best, its.plain)
        disguises = [text for row in wanted.rows[1:] if (text := wanted.disguise(row.agreement))]
        assert disguises == [text for text in mine["sentences"] if "in disguise" in text]
        decided = [text for text in mine["sentences"] if "only the cash" in text or "the decision: " in text]
        assert len(decided) == len(wanted.rows) - 1


def test_cash_of_agreements_is_that_of_the_command(agreed):
    analysis, _, data, _, told = agreed
    for settings, cashes in zip(CASH, told["cash"], strict=True):
        wanted = analysis.agreement_cash(at="own", **settings)
        for choice, mine in zip(data["agreements"]["choices"], cashes, strict=True):
            name = choice["name"] or "as the model stands"
            for row in mine["rows"]:
                its = wanted.row(name, row["period"])
                for party in (*PARTIES, "owed"):
                    wished = getattr(its, party).mean
                    assert row[party] == pytest.approx(wished, rel=1e-9, abs=1e-4), (name, party, row["period"])
                for party in ("owed_most", "back"):
                    assert row[party] == pytest.approx(getattr(its, party), rel=1e-9, abs=1e-4), (name, party)
                assert sum(row[party] for party in PARTIES) == pytest.approx(0, abs=1e-6)


def test_the_budget_under_an_agreement_is_that_of_a_run_under_it(agreed):
    analysis, _, data, _, told = agreed
    if data["budget"] is None:
        assert told["budgets"] == [None]
        return
    stands, england = told["budgets"]
    assert stands["words"] == analysis.budget().in_words
    name = data["agreements"]["choices"][2]["name"]
    assert (
        england["words"]
        == hecon.open_case("car_t_paediatric_all")
        .run(draws=0, scheme=name, perspective="health care sector")
        .budget()
        .in_words
    )
    assert told["figures"][0].startswith("The net budget of years 1 to 5 is ")
    assert told["figures"][1].startswith("Agreement (Italy: thirds at infusion, 6 and 12 months): the payer pays ")


def test_agreements_that_the_model_does_not_hold_are_left_out_by_name():
    from hecon.results.example import one_product

    rows = (
        {"name": "cheap", "terms": "Discount('0.2')"},
        {"name": "alive", "terms": "PayForResponse('0.5', '1 year', 'alive')"},
    )
    found = with_agreements_of(one_product(schemes=rows))
    assert [name for name, _ in found.left_out] == ["alive"]
    assert found.left_out[0][1].startswith("not on the page: ")
    assert [one["name"] for one in agreements_contents(found)["choices"]] == ["", "cheap"]
    assert with_agreements_of(one_product()).carried is None


def test_what_rests_on_a_withheld_price_is_withheld():
    from hecon.results.budget_example import two_treatments

    analysis = two_treatments().run()
    ledger, _ = _ledger(analysis.model, analysis.book, until=2)
    found = javascript_of(
        """const ledger = {...data.ledger, undiscounted: data.ledger.undiscounted.map((one) => (one === 12000 ? NaN : one))};
        return Budget.of(data.DATA, ledger);""",
        {"DATA": page_data(analysis), "ledger": ledger},
    )
    assert (found["words"], found["kept"]) == ("The budget rests on inputs that are withheld.", None)
    assert found["net"][found["groups"].index("disease care")] == pytest.approx([-300_000, -600_000])
