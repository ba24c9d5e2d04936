"""No number of a report is typed twice: what its code says, what its texts say, and what survives when every input moves."""

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from matplotlib.text import Text as Drawn

from hecon.errors import InputError
from hecon.grid import PAGE, on, shown_cell
from hecon.inputs.parameter import Change, Parameter, Scenario, Source
from hecon.inputs.price_data import package_table
from hecon.report.sections.parts import Fixed, Heading, Lines, Part, Picture, Table, Text
from hecon.report.sections.placeholders import REPORT, refuse_unknown
from hecon.report.write_report import everything
from hecon.report.write_word import arranged_report
from hecon.results.case import Case
from hecon.results.texts import headings, read_texts
from lost_work_case import MODEL
from lost_work_case import book as lost_work_book

ROOT = Path(__file__).parents[1]
TEXTS = sorted((ROOT / "models").glob("*/text.md"))
NUMBER = re.compile(r"\d[\d,.]*")
# What the code of a report may say with digits: names, conventions and the citation of the checklist's standard.
SAID = (
    "CHEERS 2022", "Standards 2022", "2022;20:23", "95% interval", "95% bands", "95% half-widths", "95% Monte Carlo", "2.5%",
    "97.5%", "over 3 standard errors",
    "with 2 standard errors", "(0 none, 1 all)", *(f"{style} {k}" for style in ("Heading", "toc") for k in range(1, 5)),
    "5th to 95th percentile", "5th percentile",  # of a case and a year of the hospital: the columns are named p_5 and p_95
    "Owed after year 1",  # the column is about the end of the first year by its definition
    "P(net > 0)", "P(both > 0)", "below 0", "sum to 0",  # the sign of a gain and of cash
)  # fmt: skip
# What a text may say with digits: names of trials, of antigens, scenarios and commands by their names, years.
NAMED = re.compile(r"\b(ZUMA|SCHOLAR|CARTITUDE|KarMMa|PD|GD|EF)-?\d+|\b(19|20)\d\d\b|`[^`]*`|\b(is|as) 0\b|\{[^{}]*\}")
ALONE = {"funding", "conflicts", "engagement", "access"}  # that nobody but an author knows


def typed(source: str) -> list[str]:
    """Words with a number in them that code says: no docstrings, formats, markup, and single words."""
    tree = ast.parse(source)
    formats = [v for one in ast.walk(tree) if isinstance(one, ast.FormattedValue) and one.format_spec
               for v in getattr(one.format_spec, "values", [])]  # fmt: skip
    docstrings = [one.body[0].value for one in ast.walk(tree)
                  if isinstance(one, ast.FunctionDef | ast.ClassDef | ast.Module)
                  and one.body and isinstance(one.body[0], ast.Expr)]  # fmt: skip
    passed = {id(one) for one in [*formats, *docstrings]}
    found = []
    for one in ast.walk(tree):
        if isinstance(one, ast.Constant) and isinstance(one.value, str) and id(one) not in passed:
            words = re.sub(r"<[^>]*>?|\S*w:\S*|https?:\S*|TOC \S+ \S+", "", one.value)
            for said in SAID:
                words = words.replace(said, "")
            if re.search(r"\d", words) and re.search(r"[A-Za-z]{2,} |\d [A-Za-z]|\d%", words):
                found.append(one.value)
        if isinstance(one, ast.FormattedValue):
            inside = [
                x.value for x in ast.walk(one.value) if isinstance(x, ast.Constant) and type(x.value) in (int, float)
            ]
            found += [
                str(x) for x in inside if x not in (0, 100) and (isinstance(x, float) or x > 12)
            ]  # per cent; places and digits
    return found


@pytest.mark.parametrize("folder", ["report/sections", "report/word", "results/layouts", "figures"])
def test_the_code_of_a_report_says_no_number(folder: str) -> None:
    files = sorted((ROOT / "src" / "hecon" / folder).glob("*.py"))
    assert len(files) > 5
    assert {file.name: found for file in files if (found := typed(file.read_text(encoding="utf-8")))} == {}


def test_a_typed_number_is_found() -> None:
    assert typed('Text("The drug costs 45,231 EUR.")') == ["The drug costs 45,231 EUR."]
    assert typed('Text(f"costs {money_text(45_231)} more")') == ["45231"]
    assert typed('def f():\n    """Of 300."""\n    return f"{x:.2f} and {100 * x:g}%", "Heading 1"') == []


def test_the_package_s_tables_of_words_say_no_number() -> None:
    for file, columns in (("texts.csv", ("asks",)), ("cheers.csv", ("topic", "asks")), ("outlines.csv", ("heading",))):
        words = [row[column] for row in package_table(file) for column in columns]
        assert not [one for one in words if re.search(r"\d", one.replace("CHEERS 2022", ""))]


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.parent.name)
def test_a_case_s_texts_name_their_numbers(path: Path) -> None:
    texts = read_texts(path)
    assert set(texts) - {"title"} == set(headings()) - ALONE
    assert {key: told for key, text in texts.items() if (told := NUMBER.findall(NAMED.sub("", text)))} == {}
    assert sum(text.count("{") for text in texts.values()) >= 10


def test_every_case_has_its_texts() -> None:
    cases = {path.parent.name for path in (ROOT / "models").glob("*/model.py")} - {"headroom"}
    assert {path.parent.name for path in TEXTS} == cases


def scale(name: str) -> float:
    """What an amount is multiplied by; a probability stays below 1."""
    return 1.0 if name == "p_ill" else 37.1


def case(factor: float, discussion: str = "", title: str = "Lost work") -> Case:
    """The cohort that counts lost work, with every number times `factor`, and large amounts, few of which meet by chance."""
    book = lost_work_book(price_parameters="c_drug", product_price="c_drug")
    moved = {
        name: replace(one, value=one.value * factor * (1 if one.name == "p_ill" else 37.1))
        for name, one in book.parameters.items()
    }
    ranges: dict[str, Parameter] = {
        name: replace(moved[name], low=moved[name].value * 0.83, high=moved[name].value * 1.19, label=f"label of {name}",
                      provenance=provenance, distribution="uniform", par1=moved[name].value * 0.83,
                      par2=moved[name].value * 1.19, source="one")
        for name, provenance in (("p_ill", "read"), ("c_drug", "unverified"), ("wage", "assumption"))
    }  # fmt: skip
    dear = Scenario("dear", "Dearer", (Change("parameter", "c_drug", str(4321.0 * factor)),))
    book = replace(
        book, parameters={**moved, **ranges}, scenarios={"dear": dear}, sources={"one": Source("one", "One")},
        settings={**book.settings, "threshold": str(float(book.settings.get("threshold", "") or 1000) * factor)},
    )  # fmt: skip
    text = "{report: answer} {report: best} At {input: c_drug}: {scenario: dear}. " + discussion
    return Case("lost_work", {"": MODEL}, book, {"title": title, "discussion": text})


def said(part: Part) -> Iterator[str]:
    """All that a part says: prose, cells, captions, alternative texts, words in figures."""
    match part:
        case Text(text) | Heading(text) | Fixed(text):
            yield text
        case Lines(lines):
            yield from lines
        case Table(grid):
            yield from (grid.title, grid.note)
            shown = on(grid, PAGE)
            yield from (words for row in shown.rows for cell, column in zip(row, shown.columns, strict=True)
                        for words in shown_cell(cell, column))  # fmt: skip
        case Picture(figure, alt, caption):
            yield from (alt, caption)
            yield from (one.get_text() for one in figure.findobj(Drawn) if isinstance(one, Drawn) and one.axes is None)


def numbers(factor: float, draws: int, seed: int, discussion: str = "") -> frozenset[str]:
    """The numbers of three digits and more of a report, but for those of its appendices and references."""
    found, _ = everything(case(factor, discussion).run(draws=draws, seed=seed), 0)
    left_out = {"appendix", "about", "references", "cheers"}
    stretches = [one for one in arranged_report(found).stretches if not left_out & set(one.head.contents)]
    words = [words for one in stretches for numbered in one.parts for words in said(numbered.part)]
    told = {number.rstrip(".,") for one in words for number in NUMBER.findall(one)}
    return frozenset(one for one in told if len(re.sub(r"\D", "", one).lstrip("0")) >= 3)


RUNS = ((1.0, 60, 1), (0.93, 77, 2), (0.871, 83, 3))  # factor of the inputs, draws, seed
FIXED = {  # what the method or the model itself says, and no input moves
    "2022",  # the price year
    "3.000",  # life-years of the arm in which nobody falls ill, over a horizon of three years
    "1.000", "100.0", "0.500", "100",  # a probability of 1; fewest draws of an estimate
}  # fmt: skip


def test_no_number_survives_when_every_input_moves_but_one_that_is_typed() -> None:
    """Values, ranges, threshold, number of draws and seed are others; what stays is the method's, and the number typed here."""
    several = [numbers(*run, "It costs 45,231 more.") for run in RUNS]
    assert min(map(len, several)) > 80
    assert frozenset.intersection(*several) - FIXED == {"45,231"}


def test_unknown_names_in_a_text_are_told_together() -> None:
    one = case(1.0, "{report: icer} {input: c_drog} {scenario: deer} {table: x}").run(draws=0)
    with pytest.raises(InputError) as told:
        refuse_unknown(one)
    words = str(told.value)
    assert "text.md, Discussion: {input: c_drog}: 'c_drog' is not a known name; did you mean 'c_drug'?" in words
    assert "{scenario: deer}: 'deer' is not a known name; did you mean 'dear'?" in words
    assert "{table: x}: write one of {report: NAME}, {input: NAME}, {scenario: NAME}" in words
    assert "{report: icer}" in words
    with pytest.raises(InputError):
        everything(one, 0)


def test_names_are_filled_from_the_analysis() -> None:
    text = (
        " | ".join(f"{{report: {name}}}" for name in REPORT) + " | {input: p_ill} | {input: c_drug} | {scenario: dear}"
    )
    one = replace(case(1.0).run(draws=0), texts={"discussion": text})
    found, _ = everything(one, 0)
    (told,) = found.study.texts.values()
    assert "{" not in told
    *_, share, price, scenario = told.split(" | ")
    assert (share, price) == ("0.5", "3,710")
    row = found.scenarios.of("dear")[0] if found.scenarios else None
    assert row is not None
    assert row.icer.text in scenario
    assert one.texts["discussion"] == text
