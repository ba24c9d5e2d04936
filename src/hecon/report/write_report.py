"""The report of an analysis: every analysis that its page shows, run in order, and the page written."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hecon.errors import HeconError, InputError
from hecon.files import whole_file
from hecon.report.html.page import html_page
from hecon.report.sections.placeholders import filled, refuse_unknown
from hecon.report.study_value import Valued, value_study
from hecon.results.analysis import Analysis
from hecon.results.findings import Findings, find

if TYPE_CHECKING:
    from hecon.analysis.sensitivity.scenarios import ScenarioTable

SCENARIO_DRAWS = 2000  # of each scenario, where nothing is said; the page names the number
Watch = Callable[[str, int | None], AbstractContextManager[Any]]


def write_report(analysis: Analysis, path: str | Path, *, scenario_draws: int | None = None, command: str = "") -> Path:
    """Write everything about a case on one HTML page that needs no network; returns its path.

    `scenario_draws` are the draws of each scenario, at most 2,000 if left out; `command` is printed as what made the page.

    Raises:
        HeconError: an analysis without a model or of one strategy; a file that cannot be written.

    >>> import tempfile
    >>> from hecon import QALY, Cost, DecisionTree, Leaf, Parameter, Strategy, make_book, open_case
    >>> drug = Leaf(outcomes=[Cost("drug", "price", category="drug", sector="health care"), QALY("gain", "1")])
    >>> arms = [Strategy("none", to=Leaf()), Strategy("drug", to=drug)]
    >>> tree = DecisionTree("Demo", arms, {"cost": "0", "effect": "0"}, "continuous")
    >>> case = open_case(tree, make_book("demo", [Parameter(name="price", value=5.0, low=4.0, high=8.0)]))
    >>> analysis = case.run(draws=0, perspective="payer", wtp=10.0)
    >>> "Demo" in write_report(analysis, Path(tempfile.mkdtemp()) / "demo.html").read_text()
    True
    """
    found, _ = everything(analysis, scenario_draws)
    return write_text(page_text(found, command), path)


def page_text(found: Findings, command: str = "") -> str:
    """The page of what was found, as HTML.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> base = from_totals(("a", "b"), [[1.0], [3.0]], [[1.0], [2.0]])
    >>> found = Findings(Analysis.of_outcomes("demo", base, None, "payer", 10.0, "a"), (), None, (), (), None, (), (), {})
    >>> page_text(found)[:15]
    '<!DOCTYPE html>'
    """
    return html_page(found, command=command, written=datetime.now().astimezone().isoformat(timespec="minutes", sep=" "))


def write_text(text: str, path: str | Path) -> Path:
    """Write a page, whole or not at all.

    Raises:
        HeconError: a file that cannot be written.

    >>> import tempfile
    >>> write_text("<!DOCTYPE html>", Path(tempfile.mkdtemp()) / "demo.html").name
    'demo.html'
    """
    target = Path(path)
    with whole_file(target) as draft:
        draft.write_text(text, encoding="utf-8")
    return target


def everything(
    analysis: Analysis, scenario_draws: int | None = None, watch: Watch | None = None
) -> tuple[Findings, Valued | None]:
    """Run what the page needs, in the order in which it is shown; with a PSA, what the declared study is worth.

    Raises:
        InputError: one draw for each scenario, which is no sample; texts that name what the analysis has not.
        HeconError: an analysis without a model or of one strategy.

    >>> from hecon import QALY, Cost, DecisionTree, Leaf, Parameter, Strategy, make_book, open_case
    >>> drug = Leaf(outcomes=[Cost("drug", "price", category="drug", sector="health care"), QALY("gain", "1")])
    >>> arms = [Strategy("none", to=Leaf()), Strategy("drug", to=drug)]
    >>> tree = DecisionTree("Demo", arms, {"cost": "0", "effect": "0"}, "continuous")
    >>> case = open_case(tree, make_book("demo", [Parameter(name="price", value=5.0, low=4.0, high=8.0)]))
    >>> found, valued = everything(case.run(draws=0, perspective="payer", wtp=10.0))
    >>> found.differences[0].cost.total, valued
    (5.0, None)
    """
    if analysis.model is None:
        raise HeconError(f"{analysis.case}: a report runs the model, which is not at hand")
    watch = watch or (lambda what, total: nullcontext())
    refuse_unknown(analysis)
    scenarios, remarks = _scenarios(analysis, scenario_draws, watch)
    with watch("sensitivity, prices, value of information", None):
        found = find(analysis, analysis.model, scenarios, remarks)
        found = replace(found, study=replace(analysis, texts=filled(found)))
    if analysis.psa is None:
        return found, None
    valued = value_study(analysis)
    evpi = float(analysis.at_threshold().evpi[0])
    grids = tuple(grid for name, grid in valued.grids.items() if name == "evsi")
    texts = tuple(text for text in valued.texts if "\n" not in text)  # the others are these grids, for a terminal
    return replace(found, voi_texts=texts, voi_grids=grids, voi_figures=dict(valued.figures(evpi))), valued


def _scenarios(analysis: Analysis, wanted: int | None, watch: Watch) -> "tuple[ScenarioTable | None, dict[str, str]]":
    """Every scenario of the case, or the reason why none is shown."""
    if name := analysis.settings.scenario:
        return None, {"scenarios": f"This page shows scenario {name}; the base case's has all others."}
    scenarios = analysis.book.scenarios if analysis.book else {}
    if not scenarios:
        return None, {"scenarios": "The inputs declare no scenarios (scenarios.csv)."}
    full = 0 if analysis.psa is None else int(analysis.psa.draw.size)
    n = min(full, SCENARIO_DRAWS) if wanted is None else wanted
    if wanted is None and analysis.draws is not None and analysis.draws.method == "sobol":
        n = 1 << (n.bit_length() - 1)  # of which sobol takes powers of 2 alone
    if n == 1:
        raise InputError("a probabilistic scenario needs at least 2 draws; with 0 scenarios are deterministic")
    seed = 0 if analysis.draws is None else analysis.draws.seed or 0
    with watch("scenarios", 1 + len(scenarios)) as done:
        return analysis.scenarios(draws=n, seed=seed, progress=done), {}
