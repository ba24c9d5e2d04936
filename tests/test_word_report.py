"""The report as a Word document, read back: captions, heads, figures, headings, numbers; the author's texts; CHEERS 2022."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from hecon import Parameter, load_analysis, save_analysis, write_word
from hecon.analysis.cost_effectiveness.totals import from_totals
from hecon.errors import HeconError, InputError
from hecon.grid import PAGE, Grid, on, shown_cell
from hecon.inputs.parameter import Change, Scenario, Source
from hecon.inputs.price_data import package_table
from hecon.report.appendix import appendix
from hecon.report.html.page import html_page
from hecon.report.reported import reported_grid
from hecon.report.sections.author import author_chapter
from hecon.report.sections.brief import study_facts
from hecon.report.sections.cheers import cheers_grid, cheers_markdown
from hecon.report.sections.inputs import assumptions, inputs_grid, methods_grid, provenance_grid
from hecon.report.sections.markdown_parts import parts_of
from hecon.report.sections.parts import Fixed, Heading, Lines, Table, Text, facts_grid
from hecon.report.sections.reported_facts import reported_facts
from hecon.report.word.outline import outline, outlines
from hecon.report.write_report import everything
from hecon.report.write_word import arranged_report, write_document
from hecon.results.analysis import Analysis
from hecon.results.case import Case
from hecon.results.checks import checks_grid
from hecon.results.findings import Findings
from hecon.results.layouts.decision import incremental_by_basis, pairwise_by_basis, psa_summary
from hecon.results.layouts.layout import layout
from hecon.results.layouts.lost_work import lost_work_by_basis
from hecon.results.layouts.totals import by_perspective, results
from hecon.results.layouts.value import evppi_grid
from hecon.results.texts import TODO, headings, read_texts, texts_markdown
from lost_work_case import MODEL
from lost_work_case import book as lost_work_book

SMALL = """
from hecon import QALY, Cost, DecisionTree, Leaf, Strategy
drug = Leaf(outcomes=[Cost("drug", "price", category="product", sector="health care"), QALY("gain", "1")])
MODEL = DecisionTree("Drug", [Strategy("none", to=Leaf()), Strategy("drug", to=drug)], {"cost": "0", "effect": "0"}, "continuous")
"""
docx = pytest.importorskip("docx", reason="reads the documents back")
ROOT = Path(__file__).parents[1]
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
HOSTILE = "US$ <w:p/> & \x00 \"it\" 'is'"
TEXTS = {
    "title": "Cure or care",
    "population": f"Adults, *all* of them: {HOSTILE}.\n\n- one\n- two\n\n| sex | share |\n|---|---|\n| women | 0.5 |",
    "funding": "None.",
}


@pytest.fixture(scope="module")
def found() -> Findings:
    """The cohort that counts lost work, with ranges, a price, a scenario, a source and an author's texts; 200 draws."""
    book = lost_work_book(price_parameters="c_drug", product_price="c_drug", population="adults")
    ranges = {"p_ill": (0.3, 0.7), "c_drug": (50.0, 150.0), "wage": (25.0, 55.0)}
    inputs: dict[str, Parameter] = {
        name: replace(
            book.parameters[name], low=low, high=high, label=f"label of {name}", provenance="read", source="one"
        )
        for name, (low, high) in ranges.items()
    }
    inputs["wage"] = replace(inputs["wage"], provenance="assumption", note=HOSTILE)
    dear = Scenario("dear", "Dearer", (Change("parameter", "c_drug", "120"),))
    shares = {"low": "0.3", "high": "0.7"}
    groups = [{"subgroup": name, "weight": "0.5", "parameter": "p_ill", "value": text} for name, text in shares.items()]
    book = replace(book, subgroups=tuple(groups))
    book = replace(
        book, parameters=inputs, scenarios={"dear": dear}, sources={"one": Source("one", f"One 2020 {HOSTILE}")}
    )
    analysis = Case("lost_work", {"": MODEL}, book, TEXTS).run(draws=200, seed=1)
    return everything(analysis, 0)[0]


@pytest.fixture(scope="module")
def path(found: Findings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_document(found, tmp_path_factory.mktemp("word") / "a.docx", command="hecon report demo")


@pytest.fixture(scope="module")
def page(found: Findings) -> str:
    return html_page(found)


@pytest.fixture(scope="module")
def document(path: Path) -> Any:
    return docx.Document(str(path))


def captions(document: Any, kind: str) -> list[str]:
    lines = [one.text for one in document.paragraphs if one.style.name == "Caption"]
    return [one for one in lines if one.startswith(kind)]


def cells(grid: Grid) -> set[str]:
    """Every cell of a grid as a page shows it, with the interval below."""
    grid = on(grid, PAGE)
    shown = (shown_cell(cell, column) for row in grid.rows for cell, column in zip(row, grid.columns, strict=True))
    return {"\n".join(filter(None, one)) for one in shown}


def test_captions_are_numbered_in_order_by_fields(document: Any) -> None:
    fields = Counter(one.text.strip() for one in document.element.iter(f"{WORD}instrText"))
    for kind in ("Table", "Figure"):
        told = captions(document, kind)
        assert len(told) > 8
        assert [one.split(".")[0] for one in told] == [f"{kind} {k}" for k in range(1, len(told) + 1)]
        assert all(len(one) > 15 for one in told)
        assert fields[f"SEQ {kind} \\* ARABIC"] == len(told)


def test_every_table_repeats_its_head_and_has_a_caption_and_words(document: Any) -> None:
    assert len(document.tables) == len(captions(document, "Table"))
    for table in document.tables:
        heads = [row._tr.find(f"{WORD}trPr/{WORD}tblHeader") is not None for row in table.rows]
        assert heads == [True] + [False] * (len(heads) - 1)
        assert len(heads) > 1
        (words,) = table._tbl.iter(f"{WORD}tblDescription")
        assert words.get(f"{WORD}val").startswith("Table of ")
        widths = [int(one.get(f"{WORD}w")) for one in table._tbl.iter(f"{WORD}gridCol")]
        assert sum(widths) <= 25.5 / 2.54 * 1440


def test_figures_have_300_dots_per_inch_and_words(document: Any) -> None:
    from PIL import Image

    assert len(document.inline_shapes) == len(captions(document, "Figure"))
    for k, shape in enumerate(document.inline_shapes, start=1):
        about = shape._inline.docPr
        assert about.get("name") == f"Figure {k}"
        assert len(about.get("descr")) > 20
        (blip,) = shape._inline.iter("{http://schemas.openxmlformats.org/drawingml/2006/main}blip")
        (key,) = blip.attrib.values()
        width, _ = Image.open(BytesIO(document.part.related_parts[key].blob)).size
        assert width / shape.width.inches >= 299.9


def test_headings_are_those_of_the_outline_in_order(document: Any) -> None:
    told = [one.text.split("\u2002") for one in document.paragraphs if re.fullmatch("Heading [1-3]", one.style.name)]
    numbered = [one for one in told if len(one) == 2]
    assert [words for _, words in numbered] == [head.heading for head in outline()]
    assert [number for number, _ in numbered][:6] == ["1", "2", "3", "3.1", "3.2", "3.3"]


def test_every_number_of_a_table_is_a_cell_of_a_grid(document: Any, found: Findings) -> None:
    """The grids are asked of the Analysis anew; the tables of the appendix are those of `hecon appendix`."""
    study = found.study
    evpi = float(study.at_threshold().evpi[0])
    labels = {name: found.label(name) for name in found.used}
    lost = lost_work_by_basis(study)
    assert lost is not None
    assert study.model is not None
    assert study.book is not None
    prices = [
        study.price("c_drug", basis="deterministic"),
        study.price("c_drug", basis="probabilistic", probabilities=(0.5, 0.8, 0.9, 0.95)),
    ]
    grids = [
        results(study), incremental_by_basis(study), pairwise_by_basis(study), by_perspective(study), lost, psa_summary(study),
        layout(study.breakdown("category", "cure")), layout(study.breakdown("state", "cure", of="effect")),
        layout(study.one_way()), layout(study.scenarios(draws=0)), *map(layout, prices),
        layout(replace(study, psa=None, draws=None).subgroups()), checks_grid(study.base),
        reported_grid(study.base, study.psa), evppi_grid(study.voi().rows, "", evpi, labels=labels),
        facts_grid(study_facts(study), "", ""), facts_grid(reported_facts(study).items(), "", ""), methods_grid(found),
        provenance_grid(study.book), inputs_grid(study.book),
        cheers_grid(study, arranged_report(found).places),
        *(one.grid for one in assumptions(found).parts if isinstance(one, Table)),
        *(one.grid for one in parts_of(appendix(study.model, study.book)) if isinstance(one, Table)),
        *(one.grid for one in parts_of(TEXTS["population"]) if isinstance(one, Table)),
    ]  # fmt: skip
    known = set().union(*map(cells, grids))
    strange = set()
    for table, caption in zip(document.tables, captions(document, "Table"), strict=True):
        if not re.search(r"Versions|Distributions of", caption):  # of the machine; a count per distribution
            strange |= {cell.text for row in table.rows[1:] for cell in row.cells if re.search(r"\d", cell.text)}
    assert strange - {one.replace("\x00", "") for one in known} == set()
    assert len(strange) > 150


def test_the_methods_are_those_of_the_model(document: Any) -> None:
    text = "\n".join(one.text for one in document.paragraphs)
    assert "A cohort state-transition model (cohort) with the states well, ill and dead." in text
    assert "A cycle lasts 1 year, the horizon is 3 years (3 cycles)." in text
    tables = ["\n".join(cell.text for row in table.rows for cell in row.cells) for table in document.tables]
    assert any("ill\ndead\n0.5" in one for one in tables)  # transitions
    assert any("cure\np_ill_now\n0" in one for one in tables)  # what a strategy overrides
    assert any(HOSTILE.replace("\x00", "") in one for one in tables)
    assert f"[one] One 2020 {HOSTILE.replace(chr(0), '')}." in text


def test_the_author_s_texts_are_placed_and_what_is_missing_is_said(document: Any, page: str) -> None:
    lines = [one.text for one in document.paragraphs]
    assert lines[0] == "Cure or care"
    place = next(k for k, one in enumerate(lines) if one == "3.1\u2002Population and setting")
    assert lines[place + 1].startswith("Adults, all of them: US$ <w:p/>")
    assert lines[place + 2 : place + 4] == ["one", "two"]
    missing = [one for one in lines if one.startswith(TODO)]
    assert len(missing) == len(headings()) - 2
    assert "<h1>Cure or care</h1>" in page
    assert "<h3>Funding</h3>\n<p>None.</p>" in page
    assert f'<p class="todo">{TODO}: Abstract, Background' in page


def test_texts_are_read_and_faults_told_together(tmp_path: Path) -> None:
    file = tmp_path / "text.md"
    assert read_texts(file) == {}
    file.write_text(texts_markdown(TEXTS), encoding="utf-8")
    assert read_texts(file) == TEXTS
    file.write_text("first\n\n## Populaton\n\nx\n\n## Funding\n\nA.\n\n## funding\n\nB.\n", encoding="utf-8")
    with pytest.raises(InputError) as told:
        read_texts(file)
    words = str(told.value)
    assert "line 1: text that stands under no heading" in words
    assert (
        "line 3: 'Populaton' is not a known heading; did you mean 'Population'? (known: Abstract, Background," in words
    )
    assert "line 11: the heading funding stands twice" in words


def test_texts_go_with_an_analysis_that_is_kept(tmp_path: Path) -> None:
    base = from_totals(("a", "b"), [[1.0], [3.0]], [[1.0], [2.0]])
    one = replace(Analysis.of_outcomes("demo", base, None, "payer", 10.0, "a"), texts={"funding": "None."})
    assert load_analysis(save_analysis(one, tmp_path / "kept")).texts == {"funding": "None."}


def test_markdown_is_read_as_parts() -> None:
    text = "## One\n\n```\na  b\n```\n\n1. x\n   y\n2. z\n\n    fixed\n\n| a |\n|:--|\n| `p\\|q` |\n\nlast_one and __strong__"
    kinds = [type(one) for one in parts_of(text)]
    assert kinds == [Heading, Fixed, Lines, Fixed, Table, Text]
    _, block, items, _, table, last = parts_of(text)
    assert (block, items) == (Fixed("a  b"), Lines(("x y", "z")))
    assert isinstance(table, Table)
    assert (table.grid.title, table.grid.rows) == ("One: a", (("p|q",),))
    assert last == Text("last_one and strong")


def test_cheers_has_28_items_that_point_to_what_is_there(document: Any, found: Findings, page: str) -> None:
    (table,) = [one for one in document.tables if one.rows[0].cells[1].text == "What is asked"]
    rows = [[cell.text for cell in row.cells] for row in table.rows[1:]]
    assert [row[0] for row in rows] == [str(k) for k in range(1, 29)]
    told = {one.text.replace("\u2002", " ") for one in document.paragraphs if one.style.name.startswith("Heading")}
    counts = {kind: len(captions(document, kind)) for kind in ("Table", "Figure")}
    for row in rows:
        assert row[2]
        for place in filter(None, row[3].split("; ")):
            assert place == "Title page" or re.sub(r" \([TF].*\)$", "", place) in told, place
            for kind, last in re.findall(r"(Table|Figure)s? (?:\d+ (?:and|to) )?(\d+)", place):
                assert int(last) <= counts[kind]
    assert rows[22][3].startswith("4.1 Base case (Tables ")
    assert rows[26][2] == "The author's text"
    assert rows[27][2] == f"{TODO}: Conflicts of interest"
    assert page.count("<td>Conflicts of interest: what authors gain or lose</td>") == 1
    assert "| 28 | Conflicts of interest" in cheers_markdown(found.study, {})


def test_an_outline_places_everything_once() -> None:
    whole = Counter(one for head in outline() for one in head.contents)
    assert set(whole.values()) == {1}
    assert {f"text:{key}" for key in headings()} < set(whole)
    for name in outlines():
        heads = outline(name)
        assert Counter(one for head in heads for one in head.contents) == whole, name
        steps = [below.level - above.level for above, below in pairwise(heads)]
        assert heads[0].level == 1
        assert max(steps) <= 1
    asked = {one for row in package_table("cheers.csv") for one in row["contents"].split()}
    assert asked <= {*whole, "front"}


@pytest.mark.parametrize("name", ["nice", "zin", "cda"])
def test_an_agency_s_headings(found: Findings, name: str) -> None:
    arranged = arranged_report(replace(found, scenarios=None, swings=None, ranking=(), prices=(), differences=()), name)
    assert [one.head for one in arranged.stretches] == list(outline(name))
    empty = [one.head.heading for one in arranged.stretches if one.parts and isinstance(one.parts[0].part, Text)
             and one.parts[0].part.text == f"{TODO}."]  # fmt: skip
    assert empty == (["Description of the technology"] if name == "nice" else [])


def test_a_template_gives_styles_and_not_its_contents(found: Findings, tmp_path: Path) -> None:
    given = docx.Document()
    given.add_paragraph("an instruction of the agency")
    given.sections[0].footer.paragraphs[0].text = "the agency's footer"
    given.styles["Heading 1"].font.name = "Courier New"
    given.save(str(tmp_path / "template.docx"))
    few = replace(found, scenarios=None, swings=None, ranking=(), prices=(), differences=())
    written = docx.Document(str(write_document(few, tmp_path / "a.docx", tmp_path / "template.docx", "zin")))
    assert "an instruction" not in "\n".join(one.text for one in written.paragraphs)
    assert written.sections[0].footer.paragraphs[0].text == "the agency's footer"
    assert written.styles["Heading 1"].font.name == "Courier New"
    assert {"Table Text", "To Do"} <= {one.name for one in written.styles}


def test_what_cannot_be_written_is_refused_before_the_run(found: Findings, tmp_path: Path, monkeypatch: Any) -> None:
    for arguments, words in (
        (("a.docx", tmp_path / "none.docx"), "there is no such template"),
        (("a.docx", __file__), "is no Word document"),
        (("a.pdf",), "name ends in .docx"),
    ):
        with pytest.raises(InputError, match=words):
            write_word(found.study, *arguments)
    monkeypatch.setitem(sys.modules, "docx", None)
    with pytest.raises(HeconError, match=re.escape("pip install 'hecon[word]'")):
        write_word(found.study, tmp_path / "a.docx")
    assert not (tmp_path / "a.docx").exists()


def test_the_command_writes_it_beside_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from hecon.cli import app

    folder, inputs = tmp_path / "models" / "drug", tmp_path / "inputs" / "drug"
    for one in (folder, inputs):
        one.mkdir(parents=True)
    (folder / "model.py").write_text(SMALL, encoding="utf-8")
    (folder / "text.md").write_text("# Is it worth it?\n\n## Funding\n\nNone.\n", encoding="utf-8")
    (inputs / "parameters.csv").write_text("name,value,low,high,provenance\nprice,5,4,8,read\n", encoding="utf-8")
    settings = "perspective,payer\nthreshold,10\nreference,none\ndraws,10\nseed,1\ncurrency,USD\nprice_year,2020\n"
    (inputs / "settings.csv").write_text(f"name,value\n{settings}", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    refused = CliRunner().invoke(app, ["report", "drug", "--outline", "nice"])
    assert refused.exit_code == 1
    assert "give --word too" in refused.stderr
    done = CliRunner().invoke(
        app, ["report", "drug", "--word", "--no-workbook", "--outline", "nice", "--out", "a.html"]
    )
    assert done.exit_code == 0, done.output
    assert (tmp_path / "a.html").is_file()
    told = [one.text for one in docx.Document(str(tmp_path / "a.docx")).paragraphs]
    assert told[0] == "Is it worth it?"
    assert "3.10\u2002Base-case results" in told
    assert "The model is a decision tree without states: each way through it ends in payoffs." in told
    printed = CliRunner().invoke(app, ["cheers", "drug"])
    assert printed.stdout.count("\n| ") == 29
    assert (
        "who paid and what they had to do with the work | The author's text | Funding and interests |" in printed.stdout
    )


def test_libreoffice_opens_it(path: Path, tmp_path: Path) -> None:
    office = shutil.which("soffice")
    if office is None or not (Path(os.path.realpath(office)).parent / "libswlo.so").exists():
        pytest.skip("LibreOffice Writer is not installed")
    home = f"-env:UserInstallation={(tmp_path / 'office').as_uri()}"
    command = [office, home, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    if validator := shutil.which("ooxml-validator"):
        done = subprocess.run([validator, str(path)], check=True, capture_output=True, text=True)
        assert json.loads(done.stdout)["errors"] == []
    pdf = tmp_path / "a.pdf"
    assert pdf.read_bytes()[:5] == b"%PDF-"
    if shutil.which("pdftotext"):
        text = subprocess.run(
            ["pdftotext", "-layout", str(pdf), "-"], check=True, capture_output=True, text=True
        ).stdout
        assert "Cure or care" in text
        assert text.count("\f") > 10
        assert "Table 2. Decision problem" in text


def test_an_empty_set_of_texts_lists_all_headings() -> None:
    (only,) = author_chapter({}).parts
    assert isinstance(only, Text)
    assert all(heading in only.text for heading in headings().values())
