"""JavaScript run from Python: both programs give the same, and what goes wrong is said."""

import math
import shutil

import pytest

from hecon.errors import HeconError
from hecon.page.run_javascript import run_javascript

BOTH = pytest.mark.parametrize("runner", ["node", "chromium"])
ODD = {"x": [1.5, math.nan, math.inf, -math.inf, -0.0, 1e-320], "name": "</script><!-- <b> ü", "none": None}


def there(runner: str) -> None:
    programs = ("node",) if runner == "node" else ("chromium", "chromium-browser", "google-chrome")
    if not any(map(shutil.which, programs)):
        pytest.skip(f"no {runner} on this machine")


@BOTH
def test_odd_numbers_and_text_go_both_ways(runner):
    there(runner)
    script = (
        "await null; return {data, typed: Float64Array.of(1, 0 / 0), text: '</script>', gone: undefined, less: 1<2};"
    )
    found = run_javascript(script, ODD, runner=runner)
    assert str(found["data"]) == str(ODD)
    assert str(found["typed"]) == "[1, nan]"
    assert (found["text"], found["gone"], found["less"]) == ("</script>", None, True)


@BOTH
@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("return missing + 1;", "missing is not defined"),
        ("return 1 +;", "Unexpected token"),
        ("undeclared = 1;", "undeclared is not defined"),  # strict
    ],
)
def test_a_script_that_fails_says_why(runner, script, said):
    there(runner)
    with pytest.raises(HeconError, match=said):
        run_javascript(script, runner=runner)


def test_the_browser_waits_for_workers_and_tells_the_page_s_own_errors():
    there("chromium")
    script = """
      const worker = new Worker(URL.createObjectURL(new Blob(["onmessage = e => setTimeout(() => postMessage(e.data + 1), 300)"])));
      return new Promise(done => { worker.onmessage = e => done(e.data); worker.postMessage(data); });"""
    assert run_javascript(script, 41, runner="chromium") == 42
    with pytest.raises(HeconError, match="later"):
        run_javascript(
            "setTimeout(() => { throw Error('later'); }, 1); return new Promise(() => 0);", runner="chromium"
        )


@BOTH
def test_no_answer_in_time(runner):
    there(runner)
    with pytest.raises(HeconError, match="no answer within 1 seconds"):
        run_javascript("while (true);", timeout=1, runner=runner)


def test_neither_program_is_there(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(HeconError, match="neither Node nor Chromium is on the path; install Node 18"):
        run_javascript("return 1;")
    with pytest.raises(HeconError, match="Chromium is not on the path; install"):
        run_javascript("return 1;", runner="chromium")
