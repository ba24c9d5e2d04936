"""The page of a case: every section, well formed, nothing asked of the network, hostile texts shown and not obeyed."""

import json
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from hecon import QALY, Cost, DecisionTree, Leaf, Parameter, Strategy, make_book, run
from hecon.analysis.sensitivity.scenarios import scenarios
from hecon.cli import Group
from hecon.commands.report import write_report
from hecon.inputs.parameter import Change, Scenario, Source
from hecon.report.html.page import html_page
from hecon.report.sections.brief import draft_words
from hecon.results.analysis import Analysis
from hecon.results.findings import find
from hecon.results.options import RunSettings
from hecon.workbook.stored.sheet import MARK
from hecon.workbook.xlsx.package import read_package

ROOT = Path(__file__).parents[1]
CASE = "car_t_paediatric_all"
ANCHORS = [
    "brief", "base-case", "difference", "one-way", "probabilistic", "information", "price", "scenarios", "checks",
    "assumptions", "sources", "author", "limits", "cheers", "about",
]  # fmt: skip
HOSTILE = 'US$ $\\frac$ <script>alert(1)</script><img src=http://example.org/x onerror="alert(2)"> & \'"></td>'
VOID = {"meta", "img", "br"}
BROWSERS = ("chromium", "google-chrome", "chromium-browser")
QUIET = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--enable-logging=stderr", "--v=0",
)  # fmt: skip


class Reader(HTMLParser):
    """Tags opened and closed in order, ids, attributes and text of a page."""

    def __init__(self):
        super().__init__()
        self.open, self.faults, self.tags, self.text = [], [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open[-1] != tag:
            self.faults.append(f"</{tag}> closes {self.open[-3:]}")
        else:
            self.open.pop()

    def handle_data(self, data):
        self.text.append(data)

    def of(self, name):
        """The attributes of every tag of that name."""
        return [attrs for tag, attrs in self.tags if tag == name]


def read(page):
    reader = Reader()
    reader.feed(page)
    reader.close()
    return reader


def findings(draws=400, **parameters):
    """A drug against nothing: INMB at 10 per QALY = 10 x gain x share - price, in the base case 5."""
    rows = {
        "price": {"value": 5.0, "low": 4.0, "high": 8.0, "distribution": "gamma", "par1": 25.0, "par2": 0.2},
        "gain": {"value": 1.0, "low": 0.4, "high": 1.2, "distribution": "normal", "par1": 1.0, "par2": 0.2},
        "share": {"value": 1.0},
    }
    parts = [
        Parameter(**{"name": name, "provenance": "read", **one, **parameters.get(name, {})})
        for name, one in rows.items()
    ]
    dear = Scenario("dear", HOSTILE, (Change("parameter", "price", "8"),))
    source = Source("one", HOSTILE, address="https://example.org/paper")
    settings = {"currency": "USD", "price_year": "2020", "price_parameters": "price"}
    book = make_book("demo", parts, settings=settings, sources={"one": source}, scenarios={"dear": dear})
    drug = Leaf(outcomes=[Cost("drug", "price", category=HOSTILE, sector="health care"), QALY("gain", "gain * share")])
    free = {"cost": "0", "effect": "0"}
    arms = [Strategy("none", to=Leaf()), Strategy("drug", HOSTILE, to=drug)]
    model = DecisionTree(HOSTILE, arms, free, "continuous")
    base = run(model, book.base(), keep=("by_state", "ledger", "trace"))
    sampled = book.sample(draws, 1) if draws else None
    psa = run(model, sampled) if sampled else None
    study = Analysis("demo", model, book, sampled, base, psa, RunSettings("payer", 10.0, "none"))
    table = scenarios(model, book, reference="none", perspective="payer", wtp=10.0, draws=draws, seed=1)
    return find(study, model, table)


@pytest.fixture(scope="module")
def hostile():
    """The page of a case in which every text is hostile."""
    doubted = {"label": HOSTILE, "provenance": "assumption", "note": HOSTILE, "unit": HOSTILE}
    return html_page(findings(price=doubted), command=HOSTILE, written="2026-01-01")


@pytest.fixture(scope="module")
def app():
    """A command line of `hecon report` alone."""
    app = typer.Typer(cls=Group, pretty_exceptions_enable=False)
    app.callback()(lambda: None)
    app.command("report")(write_report)
    return app


@pytest.fixture(scope="module")
def leukaemia(app, tmp_path_factory):
    """What `hecon report` prints as JSON for the leukaemia case with few draws, and its page."""
    home = tmp_path_factory.mktemp("report")
    for part in ("models", "inputs"):
        shutil.copytree(ROOT / part / CASE, home / part / CASE, ignore=shutil.ignore_patterns("__pycache__"))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(home)
        result = CliRunner().invoke(app, ["report", CASE, "--draws", "300", "--scenario-draws", "0", "--json"])
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout), home


def test_every_section_once_and_in_the_contents(hostile):
    reader = read(hostile)
    assert [attrs["id"] for attrs in reader.of("section")] == ANCHORS
    assert [attrs["href"] for attrs in reader.of("a")] == [f"#{anchor}" for anchor in ANCHORS]


def test_it_is_well_formed(hostile):
    reader = read(hostile)
    assert reader.faults == []
    assert reader.open == []
    assert len(reader.of("h1")) == 1


def test_pictures_are_held_in_the_page_with_words_for_them(hostile):
    reader = read(hostile)
    assert len(reader.of("img")) >= 10
    for image in reader.of("img"):
        assert image["src"].startswith("data:image/png;base64,")
        assert len(image["alt"]) > 20
    captions = re.findall(r"<figcaption>(.*?)</figcaption>", hostile)
    assert len(captions) == len(reader.of("img"))
    assert [one for one in captions if not one.startswith(("Deterministic", "Probabilistic"))] == []


def test_nothing_is_asked_of_the_network(hostile):
    reader = read(hostile)
    for tag, attrs in reader.tags:
        for name in ("src", "href", "srcset", "action", "data", "poster"):
            assert attrs.get(name, "#").startswith(("#", "data:image/png")), (tag, attrs)
        assert tag not in {"script", "link", "iframe", "object", "embed", "base", "form"}
    style = re.search(r"<style>(.*?)</style>", hostile, re.S).group(1)
    assert "url(" not in style
    assert "@import" not in style
    (policy,) = [attrs["content"] for attrs in reader.of("meta") if "http-equiv" in attrs]
    assert policy.startswith("default-src 'none'")


def test_hostile_texts_are_shown_and_not_obeyed(hostile):
    reader = read(hostile)
    assert "<script" not in hostile
    assert not [attrs for _, attrs in reader.tags if any(name.startswith("on") for name in attrs)]
    shown = "".join(reader.text)
    assert shown.count(HOSTILE) > 10
    assert "https://example.org/paper" in shown


def test_results_by_hand_and_both_bases(hostile):
    shown = "".join(read(hostile).text)
    assert "+1.00 QALYs and +5 USD 2020" in shown  # gain 1 x share 1; price 5
    assert "up to 10" in shown  # a gain of 1 at 10 per QALY
    for words in ("deterministic", "probabilistic", "400 draws", "seed 1", "fingerprint", "numpy"):
        assert words in shown


def test_it_is_a_draft_while_a_doubtful_input_drives_it():
    assert draft_words(findings(0)) == ""
    words = draft_words(findings(0, gain={"provenance": "unverified", "label": "gain in health"}))
    assert words.startswith("DRAFT: 1 unverified input drives the result, most of all gain in health.")
    assert "Able to change the decision alone: gain in health." in words  # 10 x 0.4 - 5 < 0


def test_without_draws_it_says_so():
    page = html_page(findings(0))
    assert "Nothing in it is probabilistic" in page
    assert [attrs["id"] for attrs in read(page).of("section")] == ANCHORS
    assert "best choice on average" not in page


def test_of_several_strategies_ratios_are_those_of_the_frontier(app, tmp_path):
    words = ("--draws", "0", "--perspective", "payer", "--wtp", "100000", "--out", str(tmp_path / "page.html"))
    result = CliRunner().invoke(app, ["report", str(ROOT / "tests" / "validation" / "sick_sicker"), *words])
    assert result.exit_code == 0, result.output
    brief = (tmp_path / "page.html").read_text(encoding="utf-8").split('<section id="brief">')[1].split("</section>")[0]
    assert "Off the frontier: Strategy A dominated." in brief
    assert "(ICER:" not in brief


def test_the_same_results_give_the_same_page():
    assert html_page(findings(100), written="now") == html_page(findings(100), written="now")


def test_the_command_writes_the_page_and_its_workbook(leukaemia):
    found, home = leukaemia
    page = home / found["file"]
    at = ANCHORS.index("scenarios")  # the case declares agreements, a population and groups of patients
    anchors = [*ANCHORS[:at], "paying", "scenarios", "fairness", *ANCHORS[at + 1 :]]
    assert (found["analysis"], found["case"], found["sections"]) == ("report", CASE, anchors)
    assert sorted(path.name for path in page.parent.iterdir()) == [f"{CASE}.html", f"{CASE}.xlsx"]
    assert (home / found["workbook"]).with_suffix(".html") == page
    sheets = read_package(home / found["workbook"]).sheets
    stored = [name for name, cells in sheets.items() if cells.words.get((1, 0), "").startswith(MARK)]
    wanted = ["Breakdown", "DSA", "TwoWay", "Convergence", "VOI", "Price", "Subgroups", "Validation"]
    assert stored == wanted
    assert "Scenarios" in sheets  # live, with the stored results of each
    assert found["psa"]["draws"] == 300
    assert found["draft"].startswith("DRAFT: ")
    assert len(found["scenarios_run"]) > 10
    reader = read(page.read_text(encoding="utf-8"))
    assert reader.faults == []
    assert f"{found['pairwise'][0]['inc_cost']:+,.0f}" in "".join(reader.text)


def test_out_names_a_file_in_a_folder_that_is_there(app, leukaemia, monkeypatch):
    _, home = leukaemia
    monkeypatch.chdir(home)
    for out, words in (
        (".", "is a folder"),
        ("nowhere/a.html", "there is no folder nowhere"),
        ("page", "name ends in .html"),
    ):
        result = CliRunner().invoke(app, ["report", CASE, "--draws", "0", "--out", out])
        assert result.exit_code == 1
        assert words in result.stderr


def test_a_browser_shows_it_without_an_error(leukaemia, hostile, tmp_path):
    found, home = leukaemia
    control = tmp_path / "control.html"
    head = hostile[: hostile.index("<title>")]
    control.write_text(head + '<title>c</title></head><body><img src="http://localhost:9/x.png"></body></html>')
    assert "CONSOLE" in opened(control, tmp_path).stderr  # a request would be refused and reported
    wild = tmp_path / "hostile.html"
    wild.write_text(hostile, encoding="utf-8")
    for page in (home / found["file"], wild):
        shown = opened(page, tmp_path)
        assert not re.findall(".*CONSOLE.*", shown.stderr)
        assert [anchor for anchor in ANCHORS if f'<section id="{anchor}">' not in shown.stdout] == []


def opened(page, room):
    """The page in a headless browser: its document on stdout, its console on stderr."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        why = f"no browser: install one of {', '.join(BROWSERS)} (Debian: apt-get install chromium)"
        pytest.skip(why)
    profile = room / f"profile-{page.stem}"
    command = [browser, *QUIET, f"--user-data-dir={profile}", "--dump-dom", page.absolute().as_uri()]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
