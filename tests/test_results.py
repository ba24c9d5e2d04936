"""A case is opened, run once, and looked at: every result prints, shows, frames and draws; runs are kept and loaded whole."""

import json
import subprocess
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

import hecon
from hecon import (
    Cost,
    DecisionTree,
    HeconError,
    InputError,
    Leaf,
    MarkovModel,
    Parameter,
    Strategy,
    Utility,
)  # fmt: skip
from hecon.analysis.voi.research import research_decision
from hecon.inputs.parameter import Change, Scenario, Source
from hecon.report.layouts import layout
from hecon.report.printers import text
from hecon.report.value_layouts import layout as _  # noqa: F401  # registers layouts

ROOT = Path(__file__).parents[1]
CARE = {"category": "care", "sector": "health care"}


def case() -> "hecon.Case":
    """A year-cycle cohort of two arms, with a price, a scenario, subgroups, a population and a study."""
    parameters = [
        Parameter(name="p_ill", value=0.2, low=0.1, high=0.3, distribution="beta", par1=20, par2=80, provenance="read"),
        Parameter(name="hr_drug", value=0.6, low=0.4, high=0.8, distribution="uniform", par1=0.4, par2=0.8, source="s"),
        Parameter(name="c_ill", value=2000.0, low=1000.0, high=3000.0, distribution="uniform", par1=1000, par2=3000),
        Parameter(name="price", value=9000.0, low=5000.0, high=15_000.0),
    ]
    wide = [
        replace(one, provenance=one.provenance or "assumption", mean_differs="drawn on purpose") for one in parameters
    ]
    states = ("well", "ill", "dead")
    cohort = MarkovModel(
        states, "1 year", "10 years", "half-cycle", "mid",
        transitions={"well -> ill": "p_ill * hr", "ill -> dead": "0.2"},
        outcomes=[Cost("care", {"ill": "c_ill"}, per="year", **CARE), Utility({"well": "0.9", "ill": "0.5"})],
    )  # fmt: skip
    drug = Cost("drug", "price", category="upfront", sector="health care")
    arms = [
        Strategy("usual", "Usual care", Leaf(to=cohort, start="well", let={"hr": "1"})),
        Strategy("drug", "A new drug", Leaf(to=cohort, start="well", let={"hr": "hr_drug"}, outcomes=[drug])),
    ]
    model = DecisionTree("A drug", arms, {"cost": "0.03", "effect": "0.03"}, "whole_year")
    settings = {
        "perspective": "payer", "threshold": 10_000, "draws": 400, "seed": 1, "reference": "usual", "levers": "price",
        "product_price": "price", "currency": "EUR", "price_year": 2020, "study": "binomial(p_ill)", "study_largest": 100,
        "incidence": 1000, "decision_years": 5, "population_rate": 0.03,
    }  # fmt: skip
    rows = [("young", "0.4", "0.1"), ("old", "0.6", "0.3")]
    groups = tuple({"subgroup": n, "label": "", "weight": w, "parameter": "p_ill", "value": v} for n, w, v in rows)
    book = hecon.make_book(
        "demo", wide, settings=settings, subgroups=groups, sources={"s": Source("s", "Someone 2020")},
        scenarios={"dear": Scenario("dear", "A third dearer", (Change("parameter", "price", "12000"),))},
    )  # fmt: skip
    return hecon.open_case(model, book)


@cache
def analysis() -> hecon.Analysis:
    return case().run()


@cache
def results() -> dict[str, object]:
    """One of every kind."""
    one = analysis()
    draws = one.book.sample(64, 2)
    population = hecon.Population(1000, 5, 0.03, "whole_year")
    curve = one.evsi(sizes=(10, 50))
    return {
        "analysis": one,
        "case": case(),
        "book": one.book,
        "outcomes": one.base,
        "incremental": one.incremental(),
        "incremental_probabilistic": one.incremental("probabilistic"),
        "pairwise": one.pairwise("probabilistic"),
        "net_benefit": one.net_benefit("probabilistic"),
        "acceptability": one.acceptability([0, 5000, 10_000]),
        "convergence": one.convergence(within=100.0),
        "growth": hecon.until_stable(
            lambda some: hecon.run(one.model, some), one.book, within=400.0, most=2048, **one.reading
        ),
        "breakdown": one.breakdown(),
        "effect": one.breakdown("state", of="effect"),
        "over_time": one.over_time(),
        "contributions": one.contributions(),
        "explanation": one.explain("p_ill"),
        "one_way": one.one_way(),
        "two_way": one.two_way("price", "hr_drug", points=5),
        "thresholds": one.thresholds(),
        "global_sensitivity": one.global_sensitivity("morris", n=4),
        "scenarios": one.scenarios(draws=20),
        "horizons": one.horizons(["5", "lifetime"]),
        "subgroups": one.subgroups(),
        "price": one.price(wtp=[5000, 10_000]),
        "voi": one.voi(),
        "evppi": one.evppi("p_ill"),
        "evsi": curve,
        "enbs": hecon.enbs(curve.sizes, curve.estimates, population, fixed=1000, per_patient=10),
        "research": research_decision(-10, 50, population, study_cost=1000, delay=1),
        "draws": draws,
    }


SHOWN = list(results())
NO_PICTURE = ("case", "book", "draws", "explanation")
CHOICES = {"outcomes": {"perspective": "payer"}}


@pytest.mark.parametrize("name", SHOWN)
def test_every_result_prints_shows_and_frames(name: str) -> None:
    found = results()[name]
    assert len(str(found).splitlines()) > 1 or name in ("evppi", "book", "draws")
    assert len(repr(found)) < 20_000
    html = found._repr_html_()
    assert html.count("<table>") == 1
    assert html.count("<tr>") == len(layout(found).rows) + 1
    frame = found.to_frame()
    assert len(frame) > 0


@pytest.mark.parametrize("name", [name for name in SHOWN if name not in NO_PICTURE])
def test_every_result_draws_on_the_axes_it_is_given(name: str) -> None:
    from matplotlib.figure import Figure

    figure = Figure(layout="constrained")
    left, right = figure.subplots(1, 2)
    assert results()[name].plot(left, **CHOICES.get(name, {})) is left
    assert left.has_data()
    assert left.get_xlabel()
    assert not right.has_data()
    assert figure.axes == [left, right]
    assert not figure.legends
    figure.savefig("/dev/null", format="png")


def test_without_axes_it_makes_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    import matplotlib.pyplot as plt

    ax = analysis().pairwise().plot()
    assert plt.gcf() is ax.figure
    plt.close("all")


@pytest.mark.parametrize("name", NO_PICTURE)
def test_what_has_no_picture_says_so(name: str) -> None:
    with pytest.raises(HeconError, match="has no picture; it prints as a table"):
        results()[name].plot()


@pytest.mark.parametrize(
    "name",
    [n for n in SHOWN if n not in ("evppi", "explanation", "outcomes", "contributions", "analysis", "book", "draws")],
)
def test_print_is_the_layout(name: str) -> None:
    found = results()[name]
    assert str(found).splitlines()[0].split() == text(found).splitlines()[0].split()


def test_inputs_and_models_print_short() -> None:
    one = analysis()
    assert repr(one.book.parameters["price"]) == "<Parameter price = 9000 (5000 to 15000)>"
    assert str(one.book) == repr(one.book) == "<Book demo: 4 parameters, 0 tables, 1 scenarios>"
    assert repr(one.model) == "<DecisionTree 'A drug': usual, drug>"
    assert repr(one) == "<Analysis of demo: usual, drug; 400 draws>"
    assert repr(case()) == "<Case demo: A drug; 4 parameters>"


def test_models_that_print_alike_do_not_run_alike() -> None:
    one = case()
    dearer = replace(one.model, strategies=[*one.model.strategies[:1], replace(one.model.strategies[1], to=Leaf())])
    assert repr(dearer) == repr(one.model)
    assert hecon.run(dearer, one.book.base()).cost("payer")[1, 0] == 0.0
    assert hecon.run(one.model, one.book.base()).cost("payer")[1, 0] > 900.0


def test_methods_are_the_functions_with_the_reading_of_the_run() -> None:
    one = analysis()
    assert one.incremental() == hecon.incremental(one.base, "payer")
    assert one.incremental(perspective="societal").perspective == "societal"
    assert one.pairwise("probabilistic") == hecon.pairwise(one.psa, "usual", "payer")
    assert one.at_threshold().evpi[0] == hecon.evpi(one.psa, 10_000, "payer")[0]
    assert one.read(wtp=5000).acceptability().wtp[80] == 5000
    assert one.price().row(10_000).price == hecon.value_based_price(
        one.base, "price", "drug", wtp=10_000, perspective="payer"
    ).rows[0].price  # fmt: skip
    assert one.base.values.tolist() == hecon.run(one.model, one.book.base()).values.tolist()
    assert one.acceptability() is one.acceptability()


def test_a_run_takes_a_number_draws_or_a_file(tmp_path: Path) -> None:
    one = case()
    sampled = one.book.sample(50, seed=3)
    assert one.run(50, seed=3).psa.values.tolist() == one.run(sampled).psa.values.tolist()
    lines = [",".join(sampled.names), *(",".join(map(repr, row)) for row in sampled.values.T.tolist())]
    (tmp_path / "draws.csv").write_text("\n".join(lines), encoding="utf-8")
    assert one.run(tmp_path / "draws.csv").psa.values.tolist() == one.run(sampled).psa.values.tolist()
    assert one.run(0).psa is None


def test_draws_of_other_inputs_are_refused() -> None:
    one = case()
    with pytest.raises(InputError, match="sampled from other inputs than demo is run with"):
        one.run(one.book.sample(20), scenario="dear")
    assert one.run(one.book.scenario("dear").sample(20), scenario="dear").psa.draw.size == 20
    assert one.run(case().book.sample(20)).psa.draw.size == 20
    with pytest.raises(InputError, match="at least 2 draws"):
        one.run(one.book.base())


def test_mistakes_say_what_to_write() -> None:
    one = case()
    bare = hecon.open_case(one.model, replace(one.book, settings={}))
    with pytest.raises(InputError, match="perspective is not given; write it there, or give perspective="):
        bare.run(draws=0)
    with pytest.raises(InputError, match="'usul' is not a known strategy; did you mean 'usual'"):
        one.run(draws=0, reference="usul")
    base = one.run(draws=0)
    with pytest.raises(HeconError, match="only the base case was run; run with draws"):
        base.acceptability()
    with pytest.raises(HeconError, match="not read by 'perspektive'; did you mean 'perspective'"):
        base.incremental(perspektive="payer")
    with pytest.raises(HeconError, match="unknown basis 'deterministc'; did you mean 'deterministic'"):
        base.incremental("deterministc")
    with pytest.raises(HeconError, match="needs the book too"):
        hecon.open_case(one.model)
    with pytest.raises(HeconError, match="'prize' was not searched; did you mean 'price'"):
        base.thresholds().plot(name="prize")


def test_an_analysis_is_kept_and_loaded_whole(tmp_path: Path) -> None:
    one = analysis()
    folder = hecon.save_analysis(one, tmp_path / "kept")
    again = hecon.load_analysis(folder)
    assert again.settings == one.settings
    assert again.psa.values.tolist() == one.psa.values.tolist()
    assert again.draws.values.tolist() == one.draws.values.tolist()
    assert (again.draws.names, again.draws.seed, again.draws.method) == (one.draws.names, 1, "independent")
    assert (again.input_fingerprint, again.program_fingerprint) == (one.input_fingerprint, one.program_fingerprint)
    assert again.title == "A drug"
    assert str(again) == str(one)
    assert str(again.voi()) == str(one.voi())
    with pytest.raises(HeconError, match=r"the model, which is not at hand; run the case, or give load_analysis"):
        again.one_way()
    whole = hecon.load_analysis(folder, one.model)
    assert str(whole.one_way()) == str(one.one_way())
    assert str(whole.over_time()) == str(one.over_time())
    other = replace(one.model, discount={"cost": "0.04", "effect": "0.03"})
    with pytest.raises(HeconError, match="does not give the base case that is stored"):
        hecon.load_analysis(folder, other)


def test_the_folder_of_a_run_is_an_analysis(tmp_path: Path) -> None:
    one = case().run(draws=20, scenario="dear")
    folder = hecon.write_run(one, tmp_path, name="first", figures=False, workbook=False)
    again = hecon.load_analysis(folder)
    assert again.settings.scenario == "dear"
    assert again.book.parameters["price"].value == 12_000.0
    assert again.psa.values.tolist() == one.psa.values.tolist()
    assert again.input_fingerprint == one.input_fingerprint


def test_inputs_that_were_changed_since_are_refused(tmp_path: Path) -> None:
    folder = hecon.save_analysis(analysis(), tmp_path / "kept")
    file = folder / "inputs" / "parameters.csv"
    file.write_text(file.read_text(encoding="utf-8").replace(",9000,", ",9001,"), encoding="utf-8")
    with pytest.raises(InputError, match="not the inputs of this run"):
        hecon.load_analysis(folder)
    (tmp_path / "mine").mkdir()
    with pytest.raises(HeconError, match="is there and holds no analysis"):
        hecon.save_analysis(analysis(), tmp_path / "mine")


def test_a_book_and_a_model_become_a_case(tmp_path: Path) -> None:
    one = analysis()
    folder = hecon.write_case(one.model, one.book, tmp_path / "a_drug")
    again = hecon.open_case(folder).run()
    assert again.psa.values.tolist() == one.psa.values.tolist()
    assert (again.input_fingerprint, again.program_fingerprint) == (one.input_fingerprint, one.program_fingerprint)
    assert (folder / "README.md").read_text(encoding="utf-8").startswith("# A drug")
    with pytest.raises(HeconError, match="is there already"):
        hecon.write_case(one.model, one.book, folder)


@pytest.mark.parametrize("name", ["til_melanoma", "axi_cel_second_line", "car_t_paediatric_all", "sipuleucel_t"])
def test_the_cases_come_back_the_same_from_what_is_written(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    found = hecon.open_case(name)
    hecon.write_case(found.models if "" not in found.models else found.model, found.book, tmp_path / "again")
    again = hecon.open_case(tmp_path / "again")
    one, two = found.run(draws=20), again.run(draws=20)
    assert (one.psa.values == two.psa.values).all()
    assert one.program_fingerprint == two.program_fingerprint
    assert one.input_fingerprint == two.input_fingerprint


def test_opened_in_a_notebook_cell_it_shows_a_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    html = hecon.open_case("car_t_paediatric_all")._repr_html_()
    assert "<caption>Case car_t_paediatric_all</caption>" in html
    assert "<td>perspective</td>" in html


def test_loading_runs_no_code(tmp_path: Path) -> None:
    folder = hecon.save_analysis(analysis(), tmp_path / "kept")
    assert not list(folder.rglob("*.py"))
    code = f"import hecon, sys; hecon.load_analysis({str(folder)!r}); print('runpy' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "False"
    assert json.loads((folder / "run.json").read_text(encoding="utf-8"))["case"] == "demo"
