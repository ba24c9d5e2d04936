"""The rules of jurisdictions: what they change in a run, what they leave alone, what is said; severity by hand."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

import hecon
from hecon import Cost, HeconError, InputError, MarkovModel, Parameter, Strategy, Utility
from hecon.cases import made_of
from hecon.cli import app
from hecon.inputs.units import read_unit
from hecon.parts.jurisdictions import doubts, jurisdiction, jurisdictions
from hecon.parts.severity import Shortfall, remaining_qalys, severity_gives
from hecon.report.run_folder import write_run
from hecon.results.jurisdiction_rules import rules_doubts, told_rules, under_rules
from hecon.results.severity_line import severity_line
from hecon.structure.discounting import Discounting, read_schedule
from hecon.workbook.verify.verify import verify

ROOT = Path(__file__).parents[1]
VECTORS = json.loads((ROOT / "tests" / "vectors" / "severity.json").read_text(encoding="utf-8"))
SETTINGS = {"perspective": "payer", "threshold": 50_000, "currency": "EUR", "price_year": 2023, "reference": "usual"}


def case_of(discount: Any = None, settings: Any = None, fee: str = "fee", more: Any = (), **rest: Any) -> hecon.Case:
    """Patients who all live 80 years at 100 a year in work of any method, dying never; a drug that doubles the cost."""
    model = MarkovModel(
        states=("alive", "dead"), start="alive", cycle="1 year", horizon="80 years", within_cycle="start", title="Demo",
        age="age_start",
        transitions={"alive -> dead": "0"}, events="start",
        strategies=[Strategy("usual", let={"times": "1"}), Strategy("drug", let={"times": "2"})],
        discount=discount or {"cost": "dr_cost", "effect": "dr_effect"}, discount_timing="continuous",
        outcomes=[
            Cost("care", {"alive": f"{fee} * times"}, per="year", category="product", sector="health care"),
            Utility({"alive": "0.5"}),
            *more,
        ],
    )  # fmt: skip
    inputs = [
        Parameter(name="fee", value=100.0, unit="EUR per year", distribution="gamma mean se", par1=100, par2=10),
        Parameter(name="dr_cost", value=0.03, low=0.0, high=0.05), Parameter(name="dr_effect", value=0.03, low=0.02, high=0.05),
        Parameter(name="age_start", value=1.0, unit="years"),
    ]  # fmt: skip
    return hecon.open_case(model, hecon.make_book("demo", inputs, settings=settings or SETTINGS, **rest))


def by_hand(factors: Any) -> float:
    """One a year for 80 years, at the start of each year."""
    return float(np.sum(factors))


def test_the_table_is_for_machines() -> None:
    found = jurisdictions()
    assert len({one.code for one in found}) == len(found) == 25
    for one in found:
        rates = {"cost": one.discount_cost, "effect": one.discount_effect}
        schedules = {kind: read_schedule(rule.value or "0") for kind, rule in rates.items()}
        assert not Discounting(schedules, "continuous").faults(), one.code
        assert one.perspective.value in ("", "payer", "health care sector", "societal")
        assert one.lost_work.value in ("", "illness", "friction", "human capital")
        assert read_unit(one.currency).kind == "money"
        assert one.source
        rules = (
            one.discount_cost,
            one.discount_effect,
            one.threshold_low,
            one.threshold_high,
            one.perspective,
            one.lost_work,
        )
        assert all(rule.tag in ("read", "recalled", "derived") for rule in rules if rule), one.code
        low, high = (float(rule.value or 0) for rule in (one.threshold_low, one.threshold_high))
        assert low <= high


@pytest.mark.parametrize(
    ("text", "factors"),
    [
        (
            "0.04 to 40; 0.03 to 75; 0.02",
            [1.04 ** -min(t, 40) * 1.03 ** -min(max(t - 40, 0), 35) * 1.02 ** -max(t - 75, 0) for t in range(80)],
        ),
        ("0.025 to 30; 0.015", [1.025 ** -min(t, 30) * 1.015 ** -max(t - 30, 0) for t in range(80)]),
        ("dr_effect * 2", [1.06**-t for t in range(80)]),
    ],
)  # fmt: skip
def test_rates_of_the_settings_take_the_place_of_the_models(text: str, factors: list[float]) -> None:
    found = case_of(settings={**SETTINGS, "discount_cost": text}).run(draws=0).base
    assert found.cost("payer")[0, 0] == pytest.approx(100 * by_hand(factors), rel=1e-12)
    assert found.effect("qaly")[0, 0] == pytest.approx(0.5 * by_hand([1.03**-t for t in range(80)]), rel=1e-12)


def test_the_dutch_rules() -> None:
    case = case_of()
    ruled = under_rules(case, "NLD")
    assert ruled.book.parameters["dr_effect"].value == 0.015
    assert (ruled.book.parameters["dr_effect"].low, ruled.book.parameters["dr_cost"].high) == (0.015, 0.05)
    assert ruled.book.parameters["fee"] == case.book.parameters["fee"]
    assert (ruled.settings["threshold"], ruled.settings["perspective"], ruled.settings["currency"]) == (
        "20000",
        "societal",
        "EUR",
    )
    lines = told_rules(ruled.book)
    assert lines[:4] == [
        "Netherlands, Zorginstituut Nederland (2024-10-01)",
        "discount rate of costs (dr_cost): 0.03, as in the case (read)",
        "discount rate of effects (dr_effect): 0.03 -> 0.015 (recalled)",
        "threshold: 50,000 -> 20,000 EUR (recalled; the higher one read), the lower end of 20,000 to 80,000; --wtp takes another",
    ]
    assert "lost work: friction is not applied; no cost of the case names a method of lost work" in lines
    assert any(line.startswith("severity") and "not computed, the case holds no life table" in line for line in lines)
    assert lines[-1].startswith("source: zorginstituutnederland.nl")
    run = case.run(draws=0, jurisdiction="NLD")
    assert (run.perspective, run.wtp) == ("societal", 20_000)
    assert run.base.effect("qaly")[0, 0] == pytest.approx(0.5 * by_hand([1.015**-t for t in range(80)]), rel=1e-12)
    assert case.run(draws=0, jurisdiction="NLD", wtp=80_000, perspective="payer").wtp == 80_000


def test_the_method_of_lost_work_follows_where_the_case_has_it() -> None:
    """Of 30 a year by friction and 70 by human capital the Dutch rules count 30, the Swedish 70."""
    work = {"per": "year", "category": "lost work, illness", "sector": "productivity"}
    lost = [
        Cost("lost_friction", {"alive": "30"}, method="friction", **work),
        Cost("lost_human_capital", {"alive": "70"}, method="human capital", **work),
    ]
    case = case_of(settings={**SETTINGS, "lost_work": "human capital"}, more=lost)
    dutch = case.run(draws=0, jurisdiction="NLD")
    assert (dutch.book.settings["lost_work"], dutch.perspective) == ("friction", "societal")
    assert dutch.base.cost("societal")[0, 0] == pytest.approx(130 * by_hand([1.03**-t for t in range(80)]), rel=1e-12)
    assert "lost work: human capital -> friction (read)" in told_rules(dutch.book)
    swedish = case.run(draws=0, jurisdiction="SWE")
    assert swedish.base.cost("societal")[0, 0] == pytest.approx(170 * by_hand([1.03**-t for t in range(80)]), rel=1e-12)
    assert "lost work: human capital, as in the case (recalled)" in told_rules(swedish.book)
    only = case_of(settings={**SETTINGS, "lost_work": "human capital"}, more=lost[1:]).run(draws=0, jurisdiction="NLD")
    assert (
        "lost work: human capital stays; no cost of the case counts it by friction (it has human capital)"
        in told_rules(only.book)
    )


def test_a_threshold_in_another_currency_is_not_applied_unless_amounts_are_converted() -> None:
    case = case_of(settings={**SETTINGS, "country": "NLD"})
    run = case.run(draws=0, jurisdiction="USA")
    assert run.wtp == 50_000
    stays = "threshold: 50,000 EUR stays; 100,000 to 150,000 USD is not applied to a case in EUR (--currency USD converts it)"
    assert stays in told_rules(run.book)
    dollars = case.run(draws=0, jurisdiction="USA", currency="USD")
    assert (dollars.wtp, dollars.base.currency) == (100_000, "USD")
    assert dollars.base.cost("payer")[0, 0] == pytest.approx(run.base.cost("payer")[0, 0] / 0.739454, rel=1e-12)


def test_rates_by_year_and_no_threshold(tmp_path: Path) -> None:
    run = case_of().run(draws=30, seed=1, jurisdiction="FRA")
    steps = [1.025 ** -min(t, 30) * 1.015 ** -max(t - 30, 0) for t in range(80)]
    assert run.base.effect("qaly")[0, 0] == pytest.approx(0.5 * by_hand(steps), rel=1e-12)
    assert run.threshold == "no threshold"
    assert run.incremental().rows
    with pytest.raises(HeconError, match="the rules of FRA have no threshold, so there is no net benefit; give wtp="):
        run.net_benefit()
    assert run.net_benefit(wtp=30_000.0).rows
    with pytest.raises(HeconError, match="no threshold"):
        hecon.write_workbook(run, tmp_path / "no.xlsx")
    folder = write_run(run, tmp_path, name="fra", figures=True)
    assert not (folder / "acceptability.csv").exists()
    told = json.loads((folder / "results.json").read_text())
    assert (told["wtp"], "evpi_at_wtp" in told["psa"], told["rules"][0]) == (
        None,
        False,
        "France, HAS (CEESP) (2020-07-01)",
    )
    again = hecon.load_analysis(folder, model=run.model)
    assert (again.threshold, told_rules(again.book)) == (run.threshold, told_rules(run.book))
    told_line = "threshold: 50,000 -> none: no net benefit"
    assert told_line in told_rules(run.book)
    assert "dr_cost, which changes nothing now" in told_rules(run.book)[1]


def test_what_cannot_follow_is_refused() -> None:
    with pytest.raises(
        InputError, match="rates of NOR cannot be the one value of dr_cost, which is used in other formulas"
    ):
        under_rules(case_of(fee="fee * (1 + dr_cost)"), "NOR")
    one_rate = {"cost": "dr_cost", "effect": "dr_cost"}
    both = under_rules(case_of(one_rate), "NLD")  # one input cannot be 3% and 1.5%
    assert (both.settings["discount_cost"], both.settings["discount_effect"]) == ("0.03", "0.015")
    assert under_rules(case_of(one_rate), "GB-ENG").book.parameters["dr_cost"].value == 0.035
    assert under_rules(case_of({"cost": "0.05", "effect": "0.05"}), "NLD").settings["discount_cost"] == "0.03"
    with pytest.raises(InputError, match="there is no jurisdiction 'nld'; did you mean NLD"):
        case_of().run(draws=0, jurisdiction="nld")
    with pytest.raises(InputError, match="did you mean GB-ENG or GB-SCT"):  # it was BRA
        jurisdiction("GBR")


def test_what_is_doubtful_is_said() -> None:
    assert doubts(jurisdiction("GB-ENG"), date(2026, 11, 1)) == [
        "recalled, not read: discount cost, discount effect, severity"
    ]
    assert (
        "the rules of GB-ENG are of 2026-04-01, 19 months old" in doubts(jurisdiction("GB-ENG"), date(2027, 11, 1))[0]
    )
    assert doubts(jurisdiction("BEL"), date(2026, 1, 1))[0] == "the rules of BEL have no date: look them up again"
    assert rules_doubts(case_of().book) == []


def test_severity_by_the_vectors() -> None:
    """The edges of the English weights and the Dutch reference values, bounds included."""
    nice, dutch, norway = (jurisdiction(code).severity for code in ("GB-ENG", "NLD", "NOR"))
    assert nice is not None
    assert dutch is not None
    assert norway is not None
    for one in VECTORS["nice"]:
        found = Shortfall.of(one["general"], one["with_illness"])
        assert found.absolute == pytest.approx(one["absolute"])
        assert severity_gives(nice, found) == one["weight"], one
    for share, value in VECTORS["dutch"].items():
        assert severity_gives(dutch, Shortfall.of(1.0, 1 - float(share))) == value, share
    assert [severity_gives(norway, Shortfall.of(40, 40 - lost)) for lost in (3.9, 4, 12, 19.9, 20)] == [
        1,
        1.4,
        2.2,
        2.6,
        3,
    ]
    with pytest.raises(InputError, match="more than the 5 of others"):
        Shortfall.of(5, 6)


def test_qalys_left_by_hand() -> None:
    assert remaining_qalys([0.2, 1.0], [1.0, 0.5]) == pytest.approx(0.9 + 0.4 * 0.5)
    assert remaining_qalys([0.2, 1.0], [1.0, 0.5], 0.1) == pytest.approx(0.9 / 1.1**0.5 + 0.2 / 1.1**1.5)


def test_severity_is_computed_where_the_case_holds_the_tables() -> None:
    """People of age 1 live 99 more years at 1; patients 80 at 0.5: 40 of 99 without discounting."""
    ages = list(range(101))
    tables = {"life": {"age": ages, "q": [0.0] * 100 + [1.0]}, "norms": {"age": ages, "u": [1.0] * 100 + [0.0]}}
    dutch = {**SETTINGS, "severity_tables": "NLD life.q norms.u"}
    line = severity_line(case_of(settings=dutch, tables=tables).run(draws=0, jurisdiction="NLD"))
    assert line == "severity: 59.00 QALYs lost under usual, 0.60 of 99.00: reference value 50,000; --wtp applies it"
    english = case_of(settings={**SETTINGS, "severity_tables": "GB-ENG life.q norms.u"}, tables=tables)
    general = sum(1.035 ** -(k + 0.5) for k in range(99))
    with_illness = 0.5 * sum(1.035**-k for k in range(80))
    line = severity_line(english.run(draws=0, jurisdiction="GB-ENG"))
    assert line.startswith(f"severity: {general - with_illness:.2f} QALYs lost under usual")
    assert "QALYs count 1.2 times, which is a threshold of 60,000" in line
    assert severity_line(english.run(draws=0, jurisdiction="NLD")) == ""


def test_its_workbook_tells_and_verifies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("formualizer")
    monkeypatch.chdir(ROOT)
    case = hecon.open_case("sipuleucel_t")
    file = tmp_path / "sipuleucel_t.xlsx"
    run = case.run(draws=0, jurisdiction="NOR", currency="EUR", price_year=2023)  # rates by year
    hecon.write_workbook(run, file, stored=())
    made = made_of(file)
    assert made.book.fingerprint() == run.book.fingerprint()
    certificate = verify(file, made, count=1, engine="formualizer", inputs=False)
    assert certificate.passed, certificate.text()


def test_the_commands(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(ROOT)
    shell = CliRunner()
    listed = shell.invoke(app, ["jurisdictions"], env={"COLUMNS": "200"})
    assert listed.exit_code == 0
    assert "0.04 to 40;" in listed.output
    assert "GB-ENG" in listed.output
    assert "discount effect: 0.015 (recalled)" in shell.invoke(app, ["jurisdictions", "NLD"]).output
    words = ["run", "sipuleucel_t", "--draws", "0", "--jurisdiction", "NLD", "--out", str(tmp_path)]
    told = shell.invoke(app, [*words, "--no-workbook", "--no-figures"], env={"COLUMNS": "200"}).output
    assert "Rules of Netherlands, Zorginstituut Nederland (2024-10-01); unit costs and currency are the case's" in told
    assert "discount rate of effects (dr_effect): 0.03 -> 0.015 (recalled)" in told
    assert "20,000 to 80,000 EUR is not applied to a case in USD" in told
    assert "note: recalled, not read" in told
    other = ["breakdown", "sipuleucel_t", "--jurisdiction", "NLD", "--currency", "EUR", "--price-year", "2023"]
    told = shell.invoke(app, [*other, "--out", str(tmp_path), "--no-figures"], env={"COLUMNS": "200"}).output
    assert told.startswith("Converted to EUR 2023 from USD")
    assert "-> 20,000 EUR (recalled" in told
