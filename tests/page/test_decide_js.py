"""Decide, the page's decision analysis in JavaScript, against Python on random cases: same order, words, printed digits."""

import math

import numpy as np
import pytest

from decide_cases import decide_scripts, flat, item_cases, named, numbers, table_cases
from hecon.analysis.cost_effectiveness.acceptability import acceptability
from hecon.analysis.cost_effectiveness.breakdown import cost_breakdown, effect_breakdown
from hecon.analysis.cost_effectiveness.incremental import incremental
from hecon.analysis.cost_effectiveness.lost_work import lost_work
from hecon.analysis.cost_effectiveness.net_benefit import inmb, net_benefit
from hecon.analysis.cost_effectiveness.over_time import over_time
from hecon.analysis.cost_effectiveness.pairwise import pairwise
from hecon.analysis.cost_effectiveness.totals import cost_and_effect, effect_word, effect_words
from hecon.digits import money_text, number_text
from hecon.errors import HeconError
from hecon.page.items import items_of, perspectives_of_items
from hecon.page.run_javascript import run_javascript
from hecon.results.layouts.words import STATUS
from hecon.workbook.sheets.answer import share_text


def decide(script, data):
    return run_javascript(f"{decide_scripts()}\n{script}", data)


def close(found, wanted, size=1.0):
    assert (found is None) == (wanted is None), (found, wanted)
    if wanted is not None:
        assert math.isclose(found, wanted, rel_tol=1e-11, abs_tol=1e-11 * size), (found, wanted)


def same_estimate(found, wanted, size):
    if wanted is None:
        assert found is None
        return
    for part in ("mean", "low", "high", "se"):
        close(found[part], getattr(wanted, part), size)


# numbers


def test_every_number_is_printed_as_python_prints_it():
    values = numbers()
    shares = [x for x in values if 0 <= x <= 1]
    script = """return {
      money: data.values.map(x => Decide.money(x)), plus: data.values.map(x => Decide.money(x, "+")),
      three: data.values.map(x => Decide.quantity(x, 3)), one: data.values.map(x => Decide.quantity(x, 1)),
      gain: data.values.map(x => Decide.fixed(x, 2, "+")), four: data.values.map(x => Decide.quantity(x, -4)),
      six: data.values.map(x => Decide.quantity(x, -6)), whole: data.values.map(x => Decide.percent(x, 0)),
      percent: data.values.map(x => Decide.percent(x, 1)), plain: data.values.map(x => Decide.general(x)),
      share: data.shares.map(Decide.share)};"""
    found = decide(script, {"values": values, "shares": shares})
    printers = {
        "money": money_text, "plus": lambda x: money_text(x, "+"), "three": lambda x: number_text(x, 3),
        "one": lambda x: number_text(x, 1), "gain": lambda x: f"{x:+z,.2f}", "four": lambda x: number_text(x, -4),
        "six": lambda x: number_text(x, -6), "whole": lambda x: f"{x:z.0%}", "percent": lambda x: f"{x:z.1%}",
        "plain": lambda x: f"{x:z,g}",
    }  # fmt: skip
    for name, printer in printers.items():
        wrong = [(x, a, printer(x)) for x, a in zip(values, found[name], strict=True) if a != printer(x)]
        assert not wrong, (name, len(wrong), wrong[:5])
    assert found["share"] == list(map(share_text, shares))


def test_what_is_not_a_number_is_printed_withheld():
    script = "return [Decide.money(NaN), Decide.quantity(NaN, 3), Decide.percent(NaN), Decide.share(NaN), Decide.general(NaN)];"
    assert decide(script, None) == ["withheld"] * 5


# tables


@pytest.fixture(scope="module")
def tables():
    cases = table_cases()
    data = []
    for outcomes, wtp, reference in cases:
        cost, effect = cost_and_effect(outcomes, "payer")
        data.append(
            {"cost": flat(cost), "effect": flat(effect), "wtp": wtp, "reference": reference, "s": named(outcomes)}
        )
    script = """return data.map(one => {
      const [cost, effect] = [Float64Array.from(one.cost), Float64Array.from(one.effect)];
      return {
        incremental: Decide.incremental(cost, effect, one.reference, one.wtp, one.s),
        pairwise: Decide.pairwise(cost, effect, one.reference, one.s), net: Decide.net_benefit(cost, effect, one.wtp, one.s),
        curves: Decide.acceptability(cost, effect, [0, one.wtp, 3000], one.s),
        share: Decide.probability_best(cost, effect, one.wtp, one.s)};
    });"""
    return list(zip(cases, decide(script, data), strict=True))


def test_the_incremental_table_is_pythons(tables):
    statuses = set()
    for (outcomes, wtp, reference), every in tables:
        found, wanted = every["incremental"], incremental(outcomes, "payer")
        assert (found["basis"], found["draws"], found["frontier"]) == (
            wanted.basis,
            wanted.draws,
            list(wanted.frontier),
        )
        base, size = outcomes.strategies[reference], float(np.abs(outcomes.values).max())
        over = dict(zip(outcomes.strategies, inmb(outcomes, base, wtp, "payer").mean(axis=1), strict=True))
        for mine, row in zip(found["rows"], wanted.rows, strict=True):
            texts = (mine["strategy"], mine["label"], mine["status"], mine["compared_with"], mine["icer"]["text"])
            assert texts == (row.strategy, row.label, row.status, row.compared_with, row.icer.text)
            assert mine["status_text"] == STATUS.get(row.status, row.status)
            close(mine["icer"]["value"], row.icer.value)
            for name in ("cost", "effect", "inc_cost", "inc_effect"):
                same_estimate(mine[name], getattr(row, name), size)
            if row.strategy != base:
                close(mine["inmb"]["mean"], over[row.strategy], size * max(wtp, 1))
            statuses.add(row.status)
    assert statuses == {"ND", "ED", "D", "equivalent"}


def test_the_pairwise_table_is_pythons(tables):
    statuses = set()
    for (outcomes, _, reference), every in tables:
        wanted = pairwise(outcomes, outcomes.strategies[reference], "payer")
        for mine, row in zip(every["pairwise"]["rows"], wanted.rows, strict=True):
            assert (mine["strategy"], mine["icer"]["status"], mine["icer"]["text"]) == (
                row.strategy, row.icer.status, row.icer.text,
            )  # fmt: skip
            same_estimate(mine["inc_cost"], row.inc_cost, float(np.abs(outcomes.values).max()))
            statuses.add(row.icer.status)
    assert statuses == {"NE", "SE", "NW", "SW", "equal effect"}


def test_net_benefit_and_who_is_best_are_pythons(tables):
    for (outcomes, wtp, _), every in tables:
        size = float(np.abs(outcomes.values).max()) * max(wtp, 1)
        for mine, row in zip(every["net"]["rows"], net_benefit(outcomes, wtp, "payer").rows, strict=True):
            assert (mine["strategy"], mine["best"]) == (row.strategy, row.best)
            same_estimate(mine["nmb"], row.nmb, size)
            same_estimate(mine["nhb"], row.nhb, size)


def test_acceptability_is_pythons(tables):
    for (outcomes, wtp, _), every in tables:
        if outcomes.draw.size < 2:
            continue
        found, wanted = every["curves"], acceptability(outcomes, [0, wtp, 3000], "payer")
        size = float(np.abs(outcomes.values).max()) * max(wtp, 3000)
        assert found["best"] == wanted.best.tolist()
        for name in ("ceac", "ceaf"):
            np.testing.assert_allclose(found[name], getattr(wanted, name), atol=1e-12)
        np.testing.assert_allclose(found["ceac_se"], wanted.ceac_se, atol=1e-7)
        for name in ("elc", "elc_se", "evpi", "evpi_se"):
            np.testing.assert_allclose(found[name], getattr(wanted, name), rtol=1e-9, atol=1e-12 * size)
        np.testing.assert_allclose(every["share"], wanted.ceac[:, 1], atol=1e-12)


def test_what_rests_on_a_withheld_number_is_withheld():
    script = """const s = [{name: "a", label: "A"}, {name: "b", label: "B"}, {name: "c", label: "C"}];
      const [cost, effect] = [[1, NaN, 3], [1, 2, 3]];
      const psa = [new Float64Array([1, 2, NaN, NaN, 5, 6]), new Float64Array([1, 1, 2, 2, 3, 3])];
      return {table: Decide.incremental(cost, effect, 0, 10, s), pairs: Decide.pairwise(cost, effect, 0, s),
        net: Decide.net_benefit(cost, effect, 10, s), curves: Decide.acceptability(...psa, [5], s),
        drawn: Decide.incremental(...psa, 0, 10, s),
        answer: Decide.answer({strategies: s, reference: 0, threshold: 10, base: {cost, effect}, psa: null, currency: "EUR"})};"""
    found = decide(script, None)
    for table in (found["table"], found["drawn"]):
        assert [(row["status"], row["icer"]["text"], row["best"]) for row in table["rows"]] == [
            ("withheld", "withheld", False)
        ] * 3
    assert [row["icer"]["status"] for row in found["pairs"]["rows"]] == ["withheld", "NE"]
    assert found["net"]["withheld"]
    assert not any(row["best"] for row in found["net"]["rows"])
    assert found["curves"]["withheld"]
    assert found["curves"]["best"] == [None]
    assert found["answer"]["best_sentence"].startswith("No answer: ")


# items and years


@pytest.fixture(scope="module")
def itemised():
    cases, data = item_cases(), []
    for outcomes in cases:
        ledger = outcomes.kept["ledger"]
        DATA = {
            "strategies": named(outcomes),
            "items": items_of(outcomes),
            "perspectives": perspectives_of_items(outcomes),
        }
        later, paid = (one.mean(axis=3).ravel().tolist() for one in (ledger.discounted, ledger.undiscounted))
        data.append(
            {"DATA": DATA, "totals": flat(outcomes.values), "n": outcomes.draw.size, "until": ledger.until,
             "ledger": {"discounted": later, "undiscounted": paid}}
        )  # fmt: skip
    script = """return data.map(({DATA, totals, n, until, ledger}) => {
      const values = Float64Array.from(totals);
      const work = Decide.lost_work(DATA, values, 0);
      return DATA.perspectives.map(({name}) => ({
        name, none: Decide.psa_totals(DATA, values, n, name, "none").effect, work,
        totals: Decide.psa_totals(DATA, values, n, name, "qaly + carer_qaly"),
        breakdown: Decide.breakdown(DATA, values, 0, 1, name),
        sector: Decide.parts(DATA, values, 1, 0, Decide.costs_counted(DATA, name), "sector"),
        years: Decide.over_time(DATA, ledger, 1, 0, name, 20, {until})}));
    });"""
    return list(zip(cases, decide(script, data), strict=True))


def test_totals_under_every_perspective_are_pythons_to_the_last_bit(itemised):
    for outcomes, every in itemised:
        assert [one["name"] for one in every] == list(outcomes.perspectives)
        for one in every:
            cost, effect = cost_and_effect(outcomes, one["name"], "qaly + carer_qaly")
            found = one["totals"]
            assert (found["cost"], found["effect"]) == (flat(cost), flat(effect))
            assert found["ly"] == flat(outcomes.effect("ly"))
            assert not any(one["none"])


def test_effects_have_pythons_words():
    kinds = ["qaly", "ly", "ly_undiscounted", "count", "none", "qaly + carer_qaly"]
    found = decide("return data.map(one => [Decide.effect_word(one), Decide.effect_words(one)]);", kinds)
    assert found == [[effect_word(one), effect_words(one)] for one in kinds]


def test_breakdowns_are_pythons(itemised):
    for outcomes, every in itemised:
        pair = {"strategy": "drug", "reference": "care"}
        for one in every:
            cost = {
                by: cost_breakdown(outcomes, **pair, perspective=one["name"], by=by) for by in ("category", "sector")
            }
            gain = effect_breakdown(outcomes, **pair, by="category")
            for found, wanted in ((one["breakdown"]["costs"], cost["category"]), (one["sector"], cost["sector"]),
                                  (one["breakdown"]["effects"], gain)):  # fmt: skip
                assert [part["part"] for part in found] == [part.part for part in wanted.parts]
                for part, told in zip(found, wanted.parts, strict=True):
                    for name in ("strategy", "reference", "difference"):
                        close(part[name], getattr(told, name), 1e3)
            close(one["breakdown"]["total"]["difference"], cost["category"].total, 1e4)


def test_years_and_their_sentence_are_pythons(itemised):
    texts = set()
    for outcomes, every in itemised:
        for one in every:
            wanted = over_time(outcomes, "drug", reference="care", perspective=one["name"], wtp=20)
            found = one["years"]
            assert found["text"] == wanted.text
            assert (found["pays_back"], found["worth_from"]) == (wanted.pays_back, wanted.worth_from)
            for name in ("years", "cost", "effect", "cumulative_cost", "cumulative_effect", "cumulative_nmb"):
                np.testing.assert_allclose(found[name], getattr(wanted, name), rtol=1e-10, atol=1e-7)
            texts.add("".join(x for x in wanted.text.split(" with health")[0] if not x.isdigit()))
    assert len(texts) >= 6


def test_lost_work_by_method_is_pythons(itemised):
    met = 0
    for outcomes, every in itemised:
        found = every[0]["work"]
        try:
            wanted = lost_work(outcomes, "care")
        except HeconError:
            assert found is None
            continue
        met += 1
        assert (found["methods"], found["basis"], found["counted"]) == (
            list(wanted.methods),
            wanted.basis,
            wanted.counted,
        )
        for mine, row in zip(found["rows"], wanted.rows, strict=True):
            assert (mine["what"], mine["strategy"]) == (row.what, row.strategy)
            for a, b in zip(mine["values"], row.values, strict=True):
                same_estimate(a, b, 1e4)
    assert met > 30
