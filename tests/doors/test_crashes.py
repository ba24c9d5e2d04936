"""What crashed, hung or filled the memory: a message with the place, the reason and the remedy."""

import time
from itertools import product

import numpy as np
import pytest

import hecon
from hecon.commands import twin as twin_command
from hecon.errors import HeconError, InputError, ModelError
from hecon.inputs.book import make_book
from hecon.inputs.distributions.names_of_distributions import SPELLINGS
from hecon.inputs.parameter import Parameter
from hecon.structure import Branch, Chance, Cost, DecisionTree, Leaf, MarkovModel, Strategy, Utility
from hecon.survival.data import survival_data
from hecon.survival.fit import fit_all

BOOK = make_book("edge", [Parameter(name="p", value=0.3, distribution="beta mean se", par1=0.3, par2=0.1)])
ALIKE = {"discount": {"cost": "0", "effect": "0"}, "discount_timing": "continuous"}


def cost(text, let=None, to=None):
    """The cost of a tree whose one item is a formula."""
    leaf = to or Leaf(outcomes=[Cost("c", text, category="product", sector="health care")])
    tree = DecisionTree("edge", [Strategy("a", to=leaf, let=let or {})], **ALIKE)
    return float(hecon.run(tree, BOOK.base()).cost("payer")[0, 0])


def nested(function, times, both=False):
    text = "p"
    for _ in range(times):
        text = f"{function}({text}, {text if both else '1.1'})"
    return text


@pytest.mark.parametrize(
    ("function", "times", "both"), [("or_on_prob", 14, False), ("or_on_prob", 10, True), ("rate_to_prob", 150, False)]
)
def test_functions_nested_beyond_measure(function, times, both):
    started = time.process_time()
    with pytest.raises(ModelError, match=r"functions inside functions make a formula of .*give the inner"):
        cost(nested(function, times, both))
    assert time.process_time() - started < 2


def test_functions_nested_as_people_nest_them_are_run():
    odds = 0.3 / 0.7
    for _ in range(5):
        odds *= 1.1
    assert cost(nested("or_on_prob", 5)) == pytest.approx(odds / (1 + odds), abs=1e-12)


@pytest.mark.parametrize("text", ["1e400", "-1e400", "1" + "0" * 400, "1" + "0" * 5000, "2 * 1" + "0" * 350])
def test_numbers_beyond_the_largest(text):
    with pytest.raises(ModelError, match="larger than a computer holds"):
        cost(text)


@pytest.mark.parametrize("text", ["1e400", "1" + "0" * 400, "1" + "0" * 5000, "-1e999"])
def test_numbers_beyond_the_largest_in_inputs_and_draws(tmp_path, text):
    (tmp_path / "parameters.csv").write_text(f"name,value,provenance\np,{text},read\n")
    with pytest.raises(InputError, match="p"):
        hecon.read_inputs(tmp_path)
    (tmp_path / "draws.csv").write_text(f"p\n0.2\n{text}\n")
    with pytest.raises(InputError):
        BOOK.read_draws(tmp_path / "draws.csv")


def test_chains_too_deep_for_python():
    leaf = Leaf(outcomes=[Cost("c", "1", category="product", sector="health care")])
    node = leaf
    for _ in range(200):
        node = Chance(Branch("on", "0.9", node), Branch("off", "C", Leaf()))
    with pytest.raises(ModelError, match="nests too deep: make chains of branches"):
        cost("", to=node)
    chain = {"x_0": "p"} | {f"x_{k}": f"x_{k - 1} + 1" for k in range(1, 900)}
    with pytest.raises(ModelError, match="nests too deep"):
        cost("x_899", let=chain)
    short = {"x_0": "p"} | {f"x_{k}": f"x_{k - 1} + 1" for k in range(1, 100)}
    assert cost("x_99", let=short) == pytest.approx(99.3)


@pytest.mark.parametrize("name", ["lognormal", "lognormal median"])
def test_a_lognormal_given_mean_and_se_names_the_spelling_that_takes_them(name):
    with pytest.raises(InputError, match="for a mean and an SE write 'lognormal mean se'"):
        make_book("edge", [Parameter(name="c", value=1000.0, distribution=name, par1=1000.0, par2=200.0)])


@pytest.mark.parametrize("name", [name for name, row in SPELLINGS.items() if row.build and row.par1])
def test_distributions_at_the_edge_of_floats(name):
    numbers = (5e-324, 1e-300, 1e-170, 0.5, 3.0, 1e170, 1.7e308, -1.0)
    for value, par1, par2 in product((1e-300, 0.5, 1e300), numbers, numbers):
        try:
            book = make_book("edge", [Parameter(name="c", value=value, distribution=name, par1=par1, par2=par2)])
        except InputError:
            continue
        for method in ("independent", "latin hypercube"):
            assert np.isfinite(book.sample(8, 1, method)["c"]).all()


@pytest.mark.parametrize("draws", [10**9 * 1000, 10**15])
def test_billions_of_draws_say_what_they_would_need(draws):
    with pytest.raises(
        HeconError, match=r"draws of 1 uncertain inputs need [\d,.]+ GB of memory; .*: ask for fewer draws"
    ):
        BOOK.sample(draws)


def test_a_trace_that_cannot_fit_says_what_it_would_need(monkeypatch):
    item = [Cost("c", {"well": "1"}, per="year", category="product", sector="health care"), Utility({"well": "1"})]
    model = MarkovModel(
        ("well", "dead"), "1 year", "10000 years", "start", "start", dead=("dead",), transitions={"well -> dead": "p"},
        outcomes=item, title="edge", strategies=[Strategy("a", start="well")], **ALIKE,
    )  # fmt: skip
    monkeypatch.setattr("hecon.memory.memory", lambda: 4e9)
    with pytest.raises(
        HeconError, match=r"20,002 rows of the trace of each, need 32.0 GB .*leave the trace out of keep="
    ):
        hecon.run(model, BOOK.sample(100_000), keep=("trace",))


@pytest.mark.parametrize("time", [1e308, 1e-308, 5e-324])
def test_survival_times_beyond_all_times(time):
    with pytest.raises(InputError, match=r"row 1, time: must lie between 1e-09 and 1e\+09"):
        survival_data([time, 1, 2, 3], [1, 1, 1, 0])


def test_survival_times_at_the_limits_fit_or_say_why():
    for times in ([1e9] * 6, [1e-9] * 6, [1e9, 1, 2, 3, 4, 5], [1e-9, 1, 2, 3, 4, 5]):
        fits, failed = fit_all(survival_data(times, [1, 1, 0, 1, 1, 0]), ["exponential", "gompertz"])
        assert "exponential" in fits
        assert len(fits) + len(failed) == 2


def test_a_fault_in_the_workbook_takes_no_results_with_it(home, call, monkeypatch):
    def broken(*_args, **_more):
        raise IndexError("list index out of range")

    monkeypatch.setattr(twin_command, "write_twin", broken)
    done = call("run", "demo", "--draws", "20", "--no-figures", "--name", "r")
    assert done.exit_code == 0
    assert "No executable workbook, for a fault in hecon, which please report: IndexError" in done.stderr
    assert (home / "outputs" / "demo" / "r" / "run.json").is_file()


def test_unpacking_into_a_file_or_the_current_folder(home, call, refused, monkeypatch):
    assert call("inputs", "pack", "demo", "a.xlsx").exit_code == 0
    (home / "taken").write_text("mine")
    assert "taken: is a file; name a folder to write" in refused("inputs", "unpack", "a.xlsx", "taken")
    monkeypatch.chdir(home / "inputs" / "demo")
    said = refused("inputs", "unpack", "../../a.xlsx", ".", "--force")
    assert "is the current folder or above it" in said


@pytest.mark.parametrize(
    ("words", "path"),
    [
        (("report", "demo", "--draws", "0", "--no-workbook"), "notes.html"),
        (("report", "demo", "--draws", "0"), "notes.xlsx"),
        (("tree", "demo"), "notes.svg"),
        (("appendix", "demo"), "notes.md"),
        (("twin", "demo"), "notes.xlsx"),
    ],
)
def test_nothing_that_is_there_is_replaced_unasked(home, refused, words, path):
    (home / path).write_text("mine")
    out = "notes.html" if words[0] == "report" else path
    assert "there already; give another name" in refused(*words, "--out", out)
    assert (home / path).read_text() == "mine"
