"""`verify_page`: a page of its case passes; an edited page, a fault in the printer, and a page of another case do not."""

import json
import re
from typing import Any

import pytest
from tests.page.odd_models import BOOK, odd_models
from tests.page.printed import faults, trial

import hecon
from hecon.errors import HeconError, InputError
from hecon.page import loops
from hecon.page.engine_script import engine_script
from hecon.page.model_script import model_script
from hecon.page.verify.of_case import analysis_of
from hecon.page.verify.page_file import read_page
from hecon.page.verify.trial import Trial, try_all
from hecon.page.verify.verify import verify_page
from hecon.page.write_page import page_text, verified_text, write_page

MODELS = odd_models()


@pytest.fixture(scope="module")
def case() -> Any:
    return hecon.open_case(MODELS["tables"], BOOK)


@pytest.fixture(scope="module")
def analysis(case: Any) -> Any:
    return case.run(draws=20, seed=1, perspective="payer", wtp=20_000, reference="one")


@pytest.fixture(scope="module")
def text(analysis: Any) -> str:
    return page_text(analysis, "2026-01-02")


def failed(text: str, analysis: Any) -> dict[str, str]:
    """What fails, with the first fault of each."""
    return {one.name: one.faults[0] for one in verify_page(text, analysis, count=2).findings if not one.passed}


def test_a_page_of_its_case_is_verified_and_says_so(analysis: Any, case: Any, text: str) -> None:
    again = analysis_of(read_page(text), case)
    certificate = verify_page(text, again, count=4)
    assert certificate.passed, certificate.text()
    assert certificate.worst < 1e-12
    assert (certificate.draws, certificate.inputs) == (20, analysis.input_fingerprint)
    assert {"carried draws", "draws", "base case", "refusals"} < {one.name for one in certificate.findings}
    assert certificate.text().splitlines()[0] == "the page: verified"
    written, told = verified_text(analysis, "2026-01-02", count=2)
    record = read_page(written).data["verification"]
    assert record == told.record()
    assert re.fullmatch(
        r"equal to hecon \S+ to \d\.\de-\d\d in \d+ sets of inputs and 20 draws \(Node .*\)", record["words"]
    )
    assert verify_page(written, again, count=1).passed


def test_an_edited_page_is_not(analysis: Any, text: str) -> None:
    source = '"label":"other"'
    assert list(failed(edit(text, source, '"label":"better"'), analysis)) == ["data"]
    assert list(failed(edit(text, "The engine of the page", "An engine of the page"), analysis)) == ["scripts"]
    found = failed(edit(text, "Math.expm1(low) / low", "Math.expm1(low)"), analysis)
    assert found["scripts"] == "the printed model is not the one that hecon prints of it now"
    found = failed(edit(text, "values[k] + (x - index[k])", "values[k] + 0.9 * (x - index[k])"), analysis)
    assert list(found) == ["scripts", "base case", "other inputs", "one at a time", "far inputs", "prices", "draws"]
    assert found["base case"].startswith("total of cost, drug, strategy other (base case, set 1) is ")
    other = hecon.open_case(MODELS["tables"], BOOK).run(
        draws=20, seed=2, perspective="payer", wtp=20_000, reference="one"
    )
    draws = read_page(page_text(other)).packed
    assert failed(edit(text, read_page(text).packed, draws), analysis) == {"carried draws": "p_die"}


def edit(text: str, old: str, new: str) -> str:
    assert text.count(old) >= 1
    return text.replace(old, new)


def test_a_page_of_another_case_is_not_compared(text: str) -> None:
    other = hecon.open_case(MODELS["between rows"], BOOK).run(draws=0, perspective="payer", wtp=20_000, reference="one")
    certificate = verify_page(text, other)
    assert [one.name for one in certificate.findings if not one.passed] == ["the same model"]
    assert certificate.numbers == 0
    assert "fingerprint" in certificate.text()
    assert certificate.record()["words"] == "NOT VERIFIED: 1 test failed"


def test_what_is_no_page_is_told(text: str, tmp_path: Any) -> None:
    with pytest.raises(InputError, match=r"none\.html: not found"):
        read_page(tmp_path / "none.html")
    with pytest.raises(InputError, match="its data cannot be read"):
        read_page(text.replace('type="application/json" id="data">{', 'type="application/json" id="data">'))
    broken = read_page(text.replace(read_page(text).packed, "AAAA"))
    with pytest.raises(InputError, match="its draws cannot be read"):
        assert broken.draws is not None


def test_a_page_that_fails_is_not_written(analysis: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    spelled = loops.spelled
    monkeypatch.setattr(loops, "spelled", lambda *a, **k: spelled(*a, **k).replace("Math.exp(", "1.0000001*Math.exp("))
    with pytest.raises(HeconError, match="the page is not written"):
        write_page(analysis, tmp_path / "page.html", verify=True)
    assert not (tmp_path / "page.html").exists()


PLANTED = {  # in a model, a text of its script, what stands there instead: each is caught
    "half a cycle's weight": ("between rows", "0.5 * (x[k] * f[k] + x[k + 1] * f[k + 1])", "0.5 * (x[k] * f[k] + x[k] * f[k])"),
    "simpson's last three": ("simpson, 5 cycles", "(9 * p + 19 * q - 5 * r + s) / 24", "(9 * p + 19 * q - 5 * r) / 24"),
    "old weights": ("darth-legacy, tunnel, stay", "odd ? 2 / 3 : 4 / 3", "odd ? 4 / 3 : 2 / 3"),
    "one tunnel too few": ("half-cycle, tunnel, stay", "Math.min(3-1,k+1)", "Math.min(3-2,k+1)"),
    "the last tunnel leaks": ("start, tunnel, stay", "c1[2]+=d1[2];", ""),
    "who began there": ("half-cycle, tunnel, stay", "if (row + 1 < there.length) total", "if (row < there.length) total"),
    "a running sum": ("sums and rows below", "out[0] = 0;\n  for (let k = 0; k <= n", "out[0] = x[0];\n  for (let k = 0; k <= n"),
    "a schedule of rates": ("schedule and wait", "Math.min(year, end) - start", "Math.min(year, end + 1) - start"),
    "years of a flow": ("schedule and wait", "if (share > 1 - 1e-9) share = 1;", "share = Math.round(share);"),
    "beyond the horizon": ("between rows", 'beyond === "nothing" ? 0 : NaN', "value_at_end"),
    "a probability above 1": ("half-cycle, tunnel, stay", "if (bad >= 0) refused.push", "if (bad > 99) refused.push"),
    "a table's line": ("tables", "values[k] + (x - index[k])", "values[k] + 0.9 * (x - index[k])"),
}  # fmt: skip


def test_faults_planted_in_the_script_are_caught() -> None:
    trials = {}
    for name, (model, old, new) in PLANTED.items():
        one = trial(MODELS[model], BOOK, count=4, far=25, base=True)
        trials[name] = Trial(edit(one.text, old, new), one.printed, one.model, one.book, one.draws, count=4, far=25)
    found = try_all(list(trials.values()))
    missed = [name for name, (_, told) in zip(trials, found, strict=True) if all(one.passed for one in told)]
    assert missed == []


def test_an_input_that_stands_still_is_caught() -> None:
    model = MODELS["between rows"]
    one = trial(model, BOOK)
    k = one.printed.inputs.index("price")
    frozen = Trial(edit(one.text, f"X[{k}]", "900"), one.printed, model, BOOK, one.draws, count=2, far=0)
    still = Trial(engine_script(model_script(model, BOOK, ())), one.printed, model, BOOK, one.draws, count=2, far=0)
    told = [{a.name: a.passed for a in findings} for _, findings in try_all([frozen, still])]
    assert not told[0]["other inputs"]
    assert told[1]["other inputs"]
    assert not told[1]["draws"]  # what has draws is computed while it is prepared


def test_odd_models() -> None:
    """With and without draws: then all is computed while the model is prepared, and refused there."""
    trials = {
        f"{name}, drawn {drawn}": trial(model, BOOK, drawn=drawn, far=10, count=3)
        for name, model in MODELS.items()
        for drawn in (True, False)
    }
    assert faults(trials) == []


def test_what_is_refused_while_it_is_prepared_stays_refused() -> None:
    """A probability of 1.2 in a model none of whose inputs has draws."""
    from hecon.page.run_javascript import run_javascript

    model = MODELS["between rows"]
    script = model_script(model, BOOK, ())
    x = [1.2 if name == "p_die" else script.base[name] for name in script.inputs]
    told = run_javascript(
        f"{engine_script(script)}\nconst M = make_model(), x = Float64Array.from(data); M.set_horizon(null); M.prepare(x);"
        " const said = []; for (let k = 0; k < 2; k++) { M.evaluate(x); said.push(M.faults()[0]); } return said;",
        x,
    )
    assert told == ["one - cohort: ill -> dead is not a probability in cycle 0"] * 2


def test_the_certificate_is_plain_json(analysis: Any, text: str) -> None:
    told = json.loads(json.dumps(verify_page(text, analysis, count=1).as_json()))
    assert told["tests"][0] == {
        "name": "the same model", "passed": True, "words": "fingerprints of inputs and model are the case's", "faults": [],
    }  # fmt: skip
