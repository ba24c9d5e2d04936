"""What Decide says in words (the answer, the brief, the causes, a draft) and the order of a tornado, against Python."""

from collections import Counter
from types import SimpleNamespace

import numpy as np
import pytest

from decide_cases import NAMES, decide_scripts, flat, item_cases, named, table_cases
from hecon.analysis.cost_effectiveness.breakdown import cost_breakdown
from hecon.analysis.cost_effectiveness.totals import cost_and_effect
from hecon.analysis.sensitivity.one_way import OneWay, Swing
from hecon.inputs.book import make_book
from hecon.inputs.parameter import Parameter
from hecon.outcomes import Outcomes
from hecon.page.items import items_of, perspectives_of_items
from hecon.page.run_javascript import run_javascript
from hecon.report.sections.brief import brief, draft_words
from hecon.results.analysis import Analysis
from hecon.results.atlas.payback import payback_year
from hecon.results.atlas.provenance import bases, basis
from hecon.results.findings import Findings
from hecon.workbook.sheets.cause_table import write_causes
from hecon.workbook.sheets.decision_sheet import BEST, SENTENCE, _comparison, _featured
from hecon.workbook.sheets.items_sheet import listing

RNG = np.random.default_rng(3)


def decide(script, data):
    return run_javascript(f"{decide_scripts()}\n{script}", data)


class Recorded:
    """A sheet that keeps what stands in its cells."""

    def __init__(self):
        self.cells = {}

    def formula(self, row, column, text, value, style=""):
        self.cells[row, column] = value

    def text(self, row, column, words, style=""):
        self.cells[row, column] = words

    def heads(self, *_, **__):
        """Headings are not compared."""


def plan_of(outcomes, psa, perspective, wtp, reference):
    """As much of a plan as the Decision sheet reads."""
    cost, gain = (None, None) if psa is None else cost_and_effect(psa, perspective)
    pieces = [SimpleNamespace(item=item, where="") for item in outcomes.items]
    return SimpleNamespace(
        base=outcomes, strategies=outcomes.labels, reference=reference, perspective=perspective, wtp=wtp, per="QALY",
        gained="QALYs", money="EUR 2024", effects=cost_and_effect(outcomes, perspective)[1][:, 0],
        items=listing("Items", pieces, outcomes.labels), span=lambda what: "A1:A9", cell=lambda what, k: "A1",
        cells_of_psa=None if psa is None else SimpleNamespace(cost=cost, effects=gain, n=psa.draw.size),
    )  # fmt: skip


def first_draw(outcomes):
    return Outcomes(
        outcomes.values[:, :, :1], outcomes.strategies, outcomes.items, outcomes.labels, currency=outcomes.currency,
        price_year=outcomes.price_year, perspectives=outcomes.perspectives,
    )  # fmt: skip


@pytest.fixture(scope="module")
def results():
    """Each case as the app holds it: the base case (its first draw), the draws, what Decide says of both."""
    cases, data = [], []
    for outcomes, wtp, reference in table_cases():
        base, psa = first_draw(outcomes), outcomes if outcomes.draw.size > 1 else None
        (cost, effect), drawn = cost_and_effect(base, "payer"), None
        if psa is not None:
            both = cost_and_effect(psa, "payer")
            drawn = {"n": psa.draw.size, "cost": flat(both[0]), "effect": flat(both[1])}
        cases.append((base, psa, wtp, reference))
        data.append(
            {"strategies": named(base), "reference": reference, "currency": "EUR", "threshold": wtp, "psa": drawn,
             "base": {"cost": flat(cost), "effect": flat(effect)}}
        )  # fmt: skip
    script = """return data.map(one => ({answer: Decide.answer(one), stale: Decide.answer({...one, stale: true}),
      brief: Decide.brief(one, {money: "EUR 2024"})}));"""
    return list(zip(cases, decide(script, data), strict=True))


def test_the_answer_is_the_sentence_of_the_decision_sheet(results):
    met = Counter()
    for (base, psa, wtp, reference), found in results:
        sheet, plan = Recorded(), plan_of(base, psa, "payer", wtp, reference)
        _comparison(sheet, plan)
        assert found["answer"]["sentence"] == sheet.cells[SENTENCE, 0]
        assert found["answer"]["best_sentence"] == sheet.cells.get((BEST, 0), "")
        assert found["answer"]["k"] == _featured(plan)
        if psa is not None:
            assert ("the PSA is out of date" in found["stale"]["sentence"]) == (len(base.strategies) == 2)
        for words in (
            "dominant",
            "dominated",
            "per QALY gained",
            "saved per QALY lost",
            "has the same",
            "likely to be",
        ):
            met[words] += words in found["answer"]["sentence"]
    assert min(met.values()) > 0, met


def test_the_brief_is_the_reports(results):
    for (base, psa, wtp, reference), found in results:
        if wtp == 0:
            continue  # an analysis needs a threshold
        study = Analysis.of_outcomes("demo", base, psa, "payer", wtp, base.strategies[reference])
        *answer, lines = brief(Findings(study, (), None, (), (), None, (), (), {})).parts
        assert (found["brief"]["answer"], found["brief"]["lines"]) == (
            "".join(one.text for one in answer),
            list(lines.lines),
        )


def test_causes_are_those_of_the_decision_sheet_and_what_they_rest_on_that_of_the_atlas():
    data, wanted = [], []
    for outcomes in map(first_draw, item_cases()):
        kinds = ("assumption", "read", "")
        facts = {(s, item.name): kinds[RNG.integers(3)] for s in outcomes.strategies for item in outcomes.items}
        DATA = {
            "strategies": named(outcomes),
            "items": items_of(outcomes, facts),
            "perspectives": perspectives_of_items(outcomes),
        }
        for perspective in outcomes.perspectives:
            sheet = Recorded()
            write_causes(sheet, plan_of(outcomes, None, perspective, 20.0, 0), 0, "A1", 1)
            parts = cost_breakdown(outcomes, "drug", reference="care", perspective=perspective, by="category").parts
            counted = [
                k
                for k, x in enumerate(outcomes.items)
                if x.kind == "cost" and x.sector in outcomes.sectors(perspective)
            ]
            few = Outcomes(outcomes.values[:, counted], outcomes.strategies, tuple(outcomes.items[k] for k in counted))
            rest = basis(bases(few, facts, ("drug", "care")).values())
            wanted.append((sheet.cells, max(parts, key=lambda part: abs(part.difference), default=None), rest))
            data.append({"DATA": DATA, "totals": flat(outcomes.values), "name": perspective})
    script = """return data.map(({DATA, totals, name}) => {
      const found = Decide.breakdown(DATA, totals, 0, 1, name);
      return {...found, told: Decide.largest_part(found.costs, "Drug"),
        basis: Decide.assumed(DATA, totals, 0, 1, Decide.costs_counted(DATA, name))};
    });"""
    for (cells, top, rest), found in zip(wanted, decide(script, data), strict=True):
        rows = [r for r, c in sorted(cells) if c == 2 and r >= 2]
        assert [cells[r, 1] for r in rows] == [line["words"] for line in found["lines"]]
        for r, line in zip(rows, found["lines"], strict=True):
            assert (cells[r, 2], cells[r, 3]) == pytest.approx((line["reference"], line["strategy"]), abs=1e-9)
            assert cells.get((r, 5), "") == line["beside"]
        told = f"The largest part of the cost difference of Drug: {top.part}, " if top else ""
        assert found["told"].startswith(told)
        assert (found["basis"]["hatched"], found["basis"]["assumed"]) == (rest.hatched, pytest.approx(rest.assumed))
        upfront = sum(one["difference"] for one in found["lines"] if one["words"].startswith("Upfront: "))
        assert found["upfront"]["difference"] == pytest.approx(upfront, abs=1e-9)
        three = sum(found[name]["difference"] for name in ("with_lump", "side_effects", "lost_work", "rest"))
        assert three == pytest.approx(found["total"]["difference"], abs=1e-9)


def test_the_order_of_a_tornado_and_the_banner_of_a_draft_are_pythons():
    kinds = ("read", "assumption", "unverified", "expert")
    data, wanted = [], []
    for count in (0, 1, 3, 8, 20):
        base = float(RNG.normal())
        parameters, swings = [], []
        for k in range(count):
            parameters.append(
                Parameter(name=f"x_{k}", value=1.0, label=f"Input {k}", provenance=kinds[RNG.integers(4)])
            )
            points = np.round(RNG.normal(0, 3, 5), 1) * RNG.choice([0.0, 1.0]) if k % 2 else np.full(5, base)
            best = np.full(5, 0) if k % 3 else np.array([0, 0, 1, 0, 0])
            none = np.zeros(5)
            swings.append(
                Swing("drug", f"x_{k}", "", "", 1.0, base, np.arange(5.0), points, none, none, (0.0, 1.0), best, 0)
            )
        ranged = sorted(swings[: count - 1], key=lambda one: (-one.width, one.name))
        base_case = first_draw(table_cases()[1][0])
        study = Analysis.of_outcomes(
            "demo", base_case, None, "payer", 10.0, NAMES[0], book=make_book("demo", parameters)
        )
        table = OneWay(tuple(ranged), "INMB", NAMES[0], "payer", 10.0, "qaly", "", "range")
        used = tuple(one.name for one in parameters)
        found = Findings(study, (), table if ranged else None, (), (), None, used, (), {})
        wanted.append((ranged, draft_words(found)))
        rows = {one.name: one for one in ranged}
        inputs = [
            {"name": one.name, "label": one.label, "provenance": one.provenance,
             "influence": rows[one.name].width if one.name in rows else None,
             "decides": one.name in rows and rows[one.name].changes_decision} for one in parameters
        ]  # fmt: skip
        values = [
            {"name": one.name, "outcomes": flat(one.outcome), "best": one.best.tolist()} for one in swings[: count - 1]
        ]
        data.append({"inputs": inputs, "values": values, "base": base})
    script = """return data.map(one => ({rows: Decide.one_way(one.values, one.base, 0), draft: Decide.draft(one.inputs)}));"""
    for (ranged, draft), found in zip(wanted, decide(script, data), strict=True):
        assert found["draft"] == draft
        for row, mine in zip(ranged, found["rows"], strict=True):
            told = (
                mine["name"],
                mine["least"],
                mine["most"],
                mine["width"],
                mine["monotone"],
                mine["changes_decision"],
            )
            assert told == (row.name, row.least, row.most, row.width, row.monotone, row.changes_decision)
    assert wanted[0][1] == ""
    assert "Able to change the decision alone" in wanted[-1][1]


def test_the_atlas_year_of_payback_is_pythons():
    extra = [np.round(RNG.normal(0, 9, RNG.integers(1, 9)), RNG.integers(0, 2)) for _ in range(200)]
    found = decide("return data.map(Decide.payback_year);", [one.tolist() for one in extra])
    assert found == [int(payback_year(one[:, None])[0]) or None for one in extra]


def test_ten_thousand_draws_of_150_items_are_added_up_in_100_ms():
    script = """const items = Array.from({length: 150}, (_, k) => ({kind: k < 140 ? "cost" : k < 148 ? "qaly" : "ly"}));
      const DATA = {items, perspectives: [{name: "payer", counts: items.map(one => one.kind === "cost" ? 1 : 0)}]};
      const totals = new Float64Array(2 * 150 * 10000).fill(1);
      const times = [1, 2, 3, 4, 5].map(() => {
        const start = performance.now();
        Decide.psa_totals(DATA, totals, 10000, "payer");
        return performance.now() - start;
      });
      return Math.min(...times);"""
    assert decide(script, None) < 100
