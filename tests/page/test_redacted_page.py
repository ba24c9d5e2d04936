"""The page without its confidential inputs: nothing that is withheld can be told from it, and it computes when it is typed."""

import csv
import json
import re
import shutil
from dataclasses import replace
from math import isnan, nan
from pathlib import Path

import pytest

from hecon.cases import find_case, open_case
from hecon.confidential import redacted_page
from hecon.confidential.page_places import places_of_page
from hecon.confidential.plan import Confidential, plan_confidential
from hecon.confidential.redacted_page import LEFT_OUT, SAFE, public_for_page, redacted_script
from hecon.confidential.write import write_confidential_page
from hecon.errors import HeconError
from hecon.page.engine_script import engine_script, javascript
from hecon.page.packing import unpacked_draws
from hecon.page.run_javascript import run_javascript
from hecon.results.case import run_case
from hecon.results.options import Options

ROOT = Path(__file__).parents[2]
SICK = ROOT / "tests" / "validation" / "sick_sicker"
FEW = Options(draws=20)


@pytest.fixture(autouse=True)
def without_vega(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hecon.page.write_page.library", lambda: "")


def planned(folder: Path, names: str, show: str = "", options: Options = FEW) -> Confidential:
    return plan_confidential(find_case(str(folder)), options, names, show, b"a salt for the tests")[0]


def written(plan: Confidential, path: Path) -> str:
    write_confidential_page(plan, path, date="2026-01-31")
    return path.read_text(encoding="utf-8")


def element(page: str, name: str) -> str:
    found = re.search(rf'<script[^>]* id="{name}">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    return found[1]


def test_a_case_passes_the_gate_and_its_page_lacks_what_is_withheld(tmp_path: Path) -> None:
    plan = planned(ROOT / "models" / "car_t_paediatric_all", "price_tisagenlecleucel")
    page = written(plan, tmp_path / "all.html")
    data = json.loads(element(page, "data"))
    price = next(one for one in data["inputs"] if one["name"] == "price_tisagenlecleucel")
    assert (price["value"], price["low"], price["high"], price["note"]) == (None, None, None, "withheld")
    assert price["citation"]
    assert "475000" not in page
    assert not any(one["influence"] for one in data["inputs"])  # net benefit depends on it
    assert data["draws"]["n"] == 20
    assert "price_tisagenlecleucel" not in data["draws"]["names"]
    assert data["fingerprints"]["inputs"] == plan.withheld.fingerprint
    assert plan.book.fingerprint()[:12] not in page


def test_two_books_that_differ_in_the_secret_give_the_same_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hecon.confidential.write.pass_gate", lambda *args: None)  # it has tests of its own
    pages = []
    for k in range(2):
        home = tmp_path / str(k) / "sick_sicker"
        shutil.copytree(SICK, home)
        if k:
            other_price(home / "inputs" / "parameters.csv", "c_trtA")
        plan = planned(home, "c_trtA")
        plan = replace(plan, withheld=replace(plan.withheld, fingerprint="0" * 64))
        pages.append(written(plan, tmp_path / f"{k}.html"))
    assert places_of_page(*pages) == []
    assert pages[0] == pages[1]


def other_price(path: Path, name: str) -> None:
    with path.open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    row = next(row for row in rows if row["name"] == name)
    row |= {
        "value": "4321",
        "low": "1234",
        "high": "5432",
        "note": "agreed in March",
        "distribution": "",
        "par1": "",
        "par2": "",
    }
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def with_influence(data, plan, found, price):
    next(one for one in data["inputs"] if one["name"] == "u_S1")["influence"] = price / 100
    return data


def with_text(data, plan, found, price):
    return data | {"texts": {**data["texts"], "answer": f"Treatment A costs {price * 3:.0f} more."}}


@pytest.mark.parametrize(
    ("leak", "place"), [(with_influence, "data inputs.u_S1.influence"), (with_text, "data texts.answer")]
)
def test_a_number_made_with_the_secret_is_refused_with_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, leak, place: str
) -> None:
    honest, seen = redacted_page.page_data, watched(monkeypatch)
    monkeypatch.setattr(redacted_page, "page_data", lambda *args: leak(honest(*args), *args[:2], seen["price"]))
    with pytest.raises(HeconError, match=rf"tell of c_trtA.*\n  - sick.html: {place}$"):
        written(planned(SICK, "c_trtA"), tmp_path / "sick.html")
    assert list(tmp_path.iterdir()) == []


def watched(monkeypatch: pytest.MonkeyPatch) -> dict[str, float]:
    """The true price of each writing, as a page that leaks would have it."""
    seen: dict[str, float] = {}
    true_book = Confidential.true_book

    def peeping(plan, altered=()):
        book = true_book(plan, altered)
        seen["price"] = book.parameters["c_trtA"].value
        return book

    monkeypatch.setattr(Confidential, "true_book", peeping)
    return seen


def test_draws_that_move_with_the_secret_are_refused_by_the_name_of_their_input(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen, honest = watched(monkeypatch), redacted_page.carried_draws

    def leaking(draws, names):
        kept = honest(draws, names)
        values = kept.values.copy()
        values[kept.names.index("u_S2"), 3] += seen["price"] * 1e-9
        return replace(kept, values=values)

    monkeypatch.setattr(redacted_page, "carried_draws", leaking)
    with pytest.raises(HeconError, match=r"\n  - sick.html: draws u_S2$"):
        written(planned(SICK, "c_trtA"), tmp_path / "sick.html")


def test_a_stand_in_folded_into_the_printed_model_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    honest = redacted_page.redacted_script

    def folding(plan, found, drawn=()):
        script = honest(plan, found, drawn)
        return replace(script, text=f"{script.text}\n// {found.book.parameters['c_trtA'].value}")

    monkeypatch.setattr(redacted_page, "redacted_script", folding)
    with pytest.raises(HeconError, match=r"1 place would .*\n  - sick.html: engine, line \d+$"):
        written(planned(SICK, "c_trtA"), tmp_path / "sick.html")


def test_every_entry_of_the_pages_data_was_thought_of(monkeypatch: pytest.MonkeyPatch) -> None:
    plan = planned(SICK, "c_trtA", options=Options(draws=0))
    found = public_for_page(plan)
    script = redacted_script(plan, found)
    printed = redacted_page.PageAgreements(plan.model, found.book, None)
    known = redacted_page.contents(redacted_page._public_analysis(plan, found), printed, script)
    made = {"title", "fingerprints", "inputs", "texts", "draws", "scenario_rows", "confidential"}
    assert set(known) == {*SAFE, *LEFT_OUT, *made}
    monkeypatch.setattr(redacted_page, "contents", lambda *args, **more: known | {"icer": 12_345.0})
    data = redacted_page.page_data(plan, found, script, "")
    assert {key for key in data if key in LEFT_OUT or key == "icer"} == {*LEFT_OUT, "icer"}
    assert all(data[key] is None for key in (*LEFT_OUT, "icer"))


@pytest.mark.parametrize(
    ("name", "secrets"),
    [
        ("sick_sicker", "c_trtA"),
        ("sick_sicker_age_dependent", "hr_S1S2_trtB"),
        ("sumatriptan", "p_relief_sumatriptan,u_ed"),
    ],
)
def test_what_rests_on_a_withheld_input_is_no_number_until_its_value_is_typed(name: str, secrets: str) -> None:
    plan = planned(SICK.with_name(name), secrets, options=Options(draws=0))
    script = redacted_script(plan, public_for_page(plan))
    base = run_case(open_case(plan.case), Options(draws=0)).base
    true = {one: float(plan.book.parameters[one].value) for one in plan.withheld.names}
    sets = [[{**script.base, **more}[one] for one in script.inputs] for more in ({}, true)]
    asked = """const M = make_model(); M.set_horizon(null);
    return data.map(x => { M.prepare(Float64Array.from(x)); const totals = M.evaluate(Float64Array.from(x)).slice();
      const faults = M.faults(), {discounted} = M.ledger(Float64Array.from(x));
      return {totals, faults, years: discounted.some(Number.isNaN)}; });"""
    withheld, typed = run_javascript(f"{engine_script(script)}\n{asked}", sets)
    assert withheld["faults"] == typed["faults"] == []
    assert withheld["years"]
    assert not typed["years"]
    hidden = 0
    for s, strategy in enumerate(script.strategies):
        for i, (kind, item) in enumerate(script.items):
            place, value = s * len(script.items) + i, base.values[s, i, 0]
            depends = plan.withheld.hides(strategy, kind, item)
            hidden += depends
            expected = nan if depends else value
            assert withheld["totals"][place] == pytest.approx(expected, rel=1e-11, abs=1e-9, nan_ok=True), (
                strategy,
                item,
            )
            assert typed["totals"][place] == pytest.approx(value, rel=1e-11, abs=1e-9)
    assert 0 < hidden < len(script.strategies) * len(script.items)


def test_the_true_price_gives_the_true_icer_to_the_printed_digit(tmp_path: Path) -> None:
    plan = planned(SICK, "c_trtA")
    page = written(plan, tmp_path / "sick.html")
    data, true = json.loads(element(page, "data")), plan.book.parameters["c_trtA"].value
    draws = unpacked_draws(element(page, "draws"), 20)
    open_run = run_case(open_case(plan.case), FEW)
    for k, name in enumerate(data["draws"]["names"]):  # those of other inputs are those of the open run
        assert draws[:, k] == pytest.approx(open_run.draws[name], rel=1e-7)
    decide = [
        javascript(name)
        for name in ("decide.js", *(f"decide_{part}.js" for part in ("digits", "estimate", "frontier")))
    ]
    asked = """const M = make_model(); M.set_horizon(null);
    return [null, data.price].map(price => {
      const x = Float64Array.from(data.DATA.inputs, one => one.value === null ? (price === null ? NaN : price) : one.value);
      M.prepare(x);
      const {cost, effect} = Decide.totals(data.DATA, M.evaluate(x), data.DATA.perspective, data.DATA.effect);
      return Decide.pairwise(cost, effect, 0, data.DATA.strategies, data.DATA.effect_word).rows.map(row => row.icer.text); });"""
    engine = element(page, "engine").replace("<\\/", "</")
    withheld, typed = run_javascript("\n".join([*decide, engine, asked]), {"DATA": data, "price": true})
    rows = [row for row in open_run.pairwise().rows if row.strategy != open_run.reference]
    assert typed[-len(rows) :] == [row.icer.text for row in rows]
    told = {row.strategy: text for row, text in zip(rows, withheld[-len(rows) :], strict=True)}
    assert {name: text == "withheld" for name, text in told.items()} == {
        "strategy_a": True, "strategy_b": False, "strategy_ab": True
    }  # fmt: skip


def test_draws_repriced_from_a_price_that_is_withheld() -> None:
    """Who pays none of it has costs in every draw; who pays waits for the price, and then pays price x quantity."""
    model = {"strategies": ["a", "b"], "items": [["cost", "drug"]], "prices": [["price", 0]], "inputs": ["price"]}
    asked = """const stored = {n: 2, totals: [7, 8, 1, 2], quantities: [0, 0, 3, 4], x: [0], fixed: new Set(["price"])};
    return [NaN, 10].map(price => Engine.repriced(data, {names: [], columns: []}, stored, {price}));"""
    withheld, typed = run_javascript(f"{javascript('engine.js')}\n{asked}", model)
    assert withheld[:2] == [7, 8]
    assert all(map(isnan, withheld[2:]))
    assert typed == [7, 8, 31, 42]


def test_what_is_shown_on_request_stands_on_the_page(tmp_path: Path) -> None:
    plan = planned(SICK, "c_trtA,c_trtB", "cost:strategy_ab", Options(draws=0))
    told = json.loads(element(written(plan, tmp_path / "sick.html"), "data"))["confidential"]
    assert told["shown"] == plan.withheld.shown
    assert told["follows"]["icer:strategy_ab"] == "cost:strategy_ab"
    assert told["words"].startswith("CONFIDENTIAL VERSION: 2 inputs are withheld")


@pytest.mark.skipif(not shutil.which("chromium"), reason="needs chromium")
def test_in_a_browser_the_word_withheld_gives_way_to_the_command_lines_digits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from playwright.sync_api import sync_playwright

    monkeypatch.undo()  # with what draws the figures
    shutil.copytree(SICK, tmp_path / "sick_sicker")
    other_price(tmp_path / "sick_sicker" / "inputs" / "parameters.csv", "c_trtA")  # which is certain, as prices are
    plan, file = planned(tmp_path / "sick_sicker", "c_trtA"), tmp_path / "sick.html"
    written(plan, file)
    open_run = run_case(open_case(plan.case), FEW)
    said, asked = [], []
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page()
        page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(file.as_uri())
        page.wait_for_selector('body[data-draws="current"]')
        before = {
            name: page.inner_text(f"#{name}") for name in ("headline", "answer", "faults", "comparison", "confidential")
        }
        price = page.locator('#settings input[data-name="c_trtA"]')
        price.fill(repr(plan.book.parameters["c_trtA"].value))
        price.press("Enter")
        page.locator("#headline").filter(has_not_text="withheld").wait_for()
        page.wait_for_selector('body[data-draws="current"]')
        after = {name: page.inner_text(f"#{name}") for name in ("headline", "answer", "faults", "comparison")}
        browser.close()
    assert said == []
    assert [url for url in asked if not url.startswith("blob:")] == [file.as_uri()]
    assert "withheld" in before["answer"]
    assert before["faults"] == after["faults"] == ""
    assert "1 input is withheld" in before["confidential"]
    assert "withheld" not in after["comparison"]
    for basis in ("deterministic", "probabilistic"):
        for row in open_run.incremental(basis).rows:
            assert row.icer is None or row.icer.text in after["comparison"], (basis, row)
    known = [row for row in open_run.pairwise().rows if row.strategy == "strategy_b"]
    assert known[0].icer.text in before["comparison"]
