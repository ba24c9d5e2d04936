"""Headroom: prices and needed effects by hand, rows that keep their word, provenance of every value, and no ratio anywhere."""

import json
import re
from dataclasses import replace
from math import exp, log
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

import hecon
from hecon.analysis.sensitivity.price_by_effect import price_by_effect
from hecon.cli import app
from hecon.errors import HeconError, InputError
from hecon.results.evidence.case_evidence import case_evidence
from hecon.results.headroom.grids import facts, overview, prices_by_effect
from hecon.results.headroom.headroom import headroom_rows
from hecon.results.headroom.rows import FILE, read_rows
from hecon.workbook.verify.trial import Made
from hecon.workbook.verify.verify import verify

ROOT = Path(__file__).parents[1]
CASE = ROOT / "models" / "headroom"


@pytest.fixture(scope="module")
def case() -> Any:
    return hecon.open_case(str(CASE))


@pytest.fixture(scope="module")
def found(case: Any) -> Any:
    return {one.row.name: one for one in headroom_rows(case, CASE)}


def test_a_benefit_by_hand(found: Any) -> None:
    """A share p of transplantations gained: p x (1.73 x 100,000 - 86,403) is what a course may cost."""
    one = found["mobilisation"]
    each = 1.73 * 100_000 - 86_403
    assert one.by_effect.worth == pytest.approx(each * one.by_effect.points, abs=1e-6)
    assert one.at_price.value == pytest.approx(9353.5 / each, rel=1e-9)
    assert one.at_price.gain == pytest.approx(1.73 * 9353.5 / each, rel=1e-9)


def test_a_test_by_hand(found: Any) -> None:
    """It must beat the better of treating all and treating nobody, which at 30,000 is nobody."""
    one = found["organoid"]
    a = one.by_effect.points
    called = 0.44 * a + 0.56 * (1 - a)
    assert one.by_effect.worth == pytest.approx(0.44 * a * 0.3864 * 30_000 - called * 8_479, abs=1e-6)
    assert one.at_no_effect < 0
    assert one.as_gift.value == pytest.approx(0.56 * 8_479 / (0.44 * 0.3864 * 30_000 + 0.12 * 8_479), rel=1e-9)
    assert one.as_gift.gain == pytest.approx(0.44 * 0.3864 * one.as_gift.value)  # over nobody, who is hardest to beat


def test_the_cost_of_making_by_hand(found: Any) -> None:
    """67,547 EUR a batch, a tenth fails, a tenth is not infused; a donor's batch serves 20."""
    each = 67_547 * 1.1 / 0.9 / 0.9
    assert found["nk_aml"].made == pytest.approx(each, rel=1e-12)
    assert found["car_nk"].made == pytest.approx(each / 20, rel=1e-12)
    assert found["msc_trail"].made == pytest.approx(each / 20 * 0.86 / 1.1, rel=1e-12)


def test_at_the_needed_effect_nothing_is_gained_or_lost(case: Any, found: Any) -> None:
    for one in found.values():
        for needed in (one.at_price, one.at_cost):
            if needed is not None and needed.value is not None:
                book = case.book.scenario(one.row.name)
                values = {one.row.effect: needed.value, "price": needed.price}
                outcomes = hecon.run(case.choose(book.settings["structure"]), book.fix(**values))
                worth = one.wtp * outcomes.effect("qaly")[:, 0] - outcomes.cost("payer")[:, 0]
                assert worth[-1] == pytest.approx(max(worth[:-1]), abs=1e-3), one.row.name


def test_a_hazard_ratio_by_hand(case: Any) -> None:
    """Nobody dies of anything else: survival with the product is the comparator's to the power of the hazard ratio."""
    table = case.book.tables["life_table"]
    empty = replace(table, columns={name: np.zeros_like(column) for name, column in table.columns.items()})
    book = replace(case.book.scenario("dcvax"), tables={"life_table": empty})
    outcomes = hecon.run(case.models["add_on"], book.fix(hr=0.8))
    hazard = log(0.272 / 0.098) / 3
    for at, ratio in enumerate((1.0, 0.8)):
        total = 0.0
        for k in range(481):
            t = k / 12
            h = log(2) / (14.6 / 12) * min(t, 14.6 / 12) + log(0.5 / 0.272) / ((24 - 14.6) / 12) * max(
                0, min(t, 2) - 14.6 / 12
            )
            h += hazard * max(0, min(t, 5) - 2) + hazard * max(0, t - 5)
            total += (0.5 if k in (0, 480) else 1) * exp(-ratio * h) * 1.03**-t / 12
        assert outcomes.effect("ly")[at, 0] == pytest.approx(total, rel=1e-9)


def test_every_prior_is_centred_at_no_effect(case: Any, found: Any) -> None:
    for one in found.values():
        draws = case.book.scenario(one.row.name).sample(4000, seed=2)[one.row.effect]
        assert np.median(draws) == pytest.approx(one.row.no_effect, abs=0.02), one.row.name
        assert case.book.parameters[one.row.effect].value == one.row.no_effect
        assert not [
            x for x in one.facts if x.name in ("hr", "u_gain", "gain_share", "accuracy")
        ]  # no row claims an effect


def test_every_value_of_a_row_has_a_provenance_and_a_source_that_exists(case: Any, found: Any) -> None:
    for one in found.values():
        assert one.facts
        for fact in one.facts:
            assert fact.source or fact.provenance == "assumption", (one.row.name, fact)
        cited = set(re.findall(r"\b[a-z]+(?:_[a-z0-9]+)*_\d+\b", one.row.known)) | set(
            re.findall(r"\((\w+_\w+)[,)]", one.row.known)
        )
        assert not {name for name in cited if name not in case.book.sources}, one.row.name


def test_published_points_and_every_case_named(case: Any, found: Any) -> None:
    rows = [row for row in case_evidence(case, CASE).rows if row.difference is not None]
    assert len(rows) == 7
    assert [row.published.id for row in rows if abs(row.difference) > 0.001] == []
    assert not [row for row in rows if row.within is not None]  # they are inputs, not targets
    assert all(len(one.row.known) > 40 and len(one.row.needed) > 20 for one in found.values())


def test_no_ratio_is_printed(found: Any) -> None:
    grids = [
        overview(list(found.values())),
        *(grid for one in found.values() for grid in (prices_by_effect(one), facts(one))),
    ]
    for grid in grids:
        texts = [grid.title, grid.note, *(f"{column.name} {column.heading}" for column in grid.columns)]
        texts += [str(cell) for row in grid.rows for cell in row]
        assert not [text for text in texts if re.search(r"icer|cost per QALY|dominat", text, re.IGNORECASE)]
    assert "ICER" not in (CASE / "README.md").read_text(encoding="utf-8")


def test_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    shown = CliRunner().invoke(app, ["headroom", "mobilisation"])
    assert shown.exit_code == 0
    assert "What would have to be true: The share printed" in shown.output
    assert "At the stated price 9,354: gain_share 0.11 or better" in shown.output
    assert "ICER" not in shown.output
    told = json.loads(CliRunner().invoke(app, ["headroom", "boost", "--json"]).output)
    assert told["headroom"][0]["row"] == "boost"
    wrong = CliRunner().invoke(app, ["headroom", "car_nkk"])
    assert wrong.exit_code == 1
    none = CliRunner().invoke(app, ["headroom", "--case", "neuroblastoma"])
    assert none.exit_code == 1


def test_faults_of_rows_are_told_together(case: Any, tmp_path: Path) -> None:
    text = (
        (CASE / FILE)
        .read_text(encoding="utf-8")
        .replace("nk_aml,", "nk_amll,", 1)
        .replace(",month,yes,", ",month,perhaps,")
    )
    (tmp_path / FILE).write_text(text.replace("0.5 0.6 0.7 0.75", "0.55 0.6 x 0.75"), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_rows(tmp_path / FILE, case.book)
    message = str(caught.value)
    for told in (
        "no scenario 'nk_amll'; did you mean 'nk_aml'",
        "'perhaps' is neither",
        "are not two numbers",
        "is none of the points",
    ):
        assert told in message
    assert "nk_aml: is a scenario without a row" in message


def test_a_product_that_is_not_used_has_no_price(case: Any) -> None:
    book = case.book.scenario("xerostomia")
    with pytest.raises(HeconError, match="no highest price"):
        price_by_effect(
            case.models["add_on"], book, "comparator", name="u_gain", points=[0, 0.1], price_parameter="price", prices=[1],
            wtp=1e5, perspective="payer",
        )  # fmt: skip


def test_the_workbook_is_live(case: Any, tmp_path: Path) -> None:
    """Six years of the glioblastoma row: published points, and the last hazard after them."""
    pytest.importorskip("formualizer")
    short = case.book.scenario("dcvax")
    short = replace(short, settings={**short.settings, "horizon": "6 years"})
    made = Made(case.models["add_on"], short, "societal", 150_000.0, "comparator")
    made.write(tmp_path / "a.xlsx")
    certificate = verify(tmp_path / "a.xlsx", made, count=1, engine="formualizer", inputs=False)
    assert certificate.passed, certificate.text()


def test_the_readme_says_what_the_rows_give(found: Any) -> None:
    page = (CASE / "README.md").read_text(encoding="utf-8")
    table = page.split("<!-- figures -->")[1].split("<!-- end of figures -->")[0]
    assert table.strip().splitlines()[2:] == [_line(one) for one in found.values()]


def _line(one: Any) -> str:
    price, made = ("none" if x is None else f"{x:,.0f}" for x in (one.price, one.made))
    cells = (
        one.row.name,
        one.row.unit_sold,
        price,
        one.words(one.at_price),
        made if one.row.made else "not known",
        one.words(one.at_cost),
    )
    return f"| {' | '.join(cells)} |"
