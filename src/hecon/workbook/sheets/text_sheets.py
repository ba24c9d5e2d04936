"""The sheets of words: Cover, ReadMe, Assumptions and Sources."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from hecon.digits import money_text
from hecon.inputs.parameter import PROVENANCES
from hecon.workbook.sheets.one_way_sheet import Tornado
from hecon.workbook.xlsx.pen import Pen, Sheet
from hecon.workbook.xlsx.styles import TAB_KEY

if TYPE_CHECKING:
    from hecon.inputs.book import Book

_TOLD = {
    "Decision": "the answer in a sentence, its numbers and what drives it; links to every sheet",
    "Cover": "what this is, for whom, and the colours used",
    "ReadMe": "this page",
    "About": "what the author wrote: decision problem, structure, evidence, limits",
    "Structure": "the model as a picture, and every branch, transition and curve with its formula and its first value",
    "Control": "every choice: base case, a PSA draw, one input varied, a scenario; perspective, horizon, methods, curves",
    "Results": "costs, effects, ratios and net benefit, deterministic and probabilistic; where the costs arise",
    "Reimbursement": "what the agreement in force pays, when and by whom, and what follows for cost, ratio and price",
    "Budget": "money for the population by year; live in population, uptake and the product's price",
    "Inputs": "every number the model uses, with range, distribution, source and provenance; change the yellow cells",
    "Assumptions": "what was assumed, why, and how much it moves net benefit",
    "Survival": "published points and what the model gives at the same times",
    "Correlations": "stored: covariances and correlations of the inputs that the PSA draws together",
    "Tables": "life tables and other tables",
    "Transitions": "the transitions between states at a cycle of your choice",
    "Items": "every discounted total with its tags; Results is added up from here",
    "By_state": "the same totals state by state",
    "Charts": "the cohort over time; the cost-effectiveness plane",
    "OneWay": "the stored tornado and the live value of the input picked on Control",
    "PSA_draws": "inputs of the first draws",
    "PSA_results": "cost and effect of every draw, live in the price parameters",
    "CEAC": "acceptability, its frontier and the value of perfect information, live in the price parameters",
    "Breakdown": "stored: where the difference comes from, by year, category, sector, state and input",
    "DSA": "stored: every comparison with one input at a time at its low and high",
    "TwoWay": "stored: which strategy is best over a grid of two inputs",
    "GSA": "stored: global sensitivity, all uncertain inputs at once",
    "Convergence": "stored: running means and the Monte Carlo error of every figure",
    "VOI": "stored: what more knowledge would be worth",
    "Price": "stored: the highest price at which a strategy is cost-effective, by threshold",
    "Subgroups": "stored: each subgroup, and all together",
    "Scenarios": "each scenario: its stored results, what it changes, its values; the one shown now against the engine's",
    "Validation": "stored: published figures beside ours; what TECH-VER and AdViSHE ask for, and what was done",
    "Sources": "where numbers come from, and how many of each provenance",
    "Checks": "what must hold, in green and red",
    "Formulas": "what the workbook held when it was written, for hecon verify FILE.xlsx; do not edit",
    "Changes": "what differs from the submitted base case, by formula, with the reviewer's comments",
}


def write_cover(pen: Pen, title: str, facts: Sequence[tuple[str, str]], draft: str, stored: Sequence[str] = ()) -> None:
    """Title, facts, the colour key, which sheets are stored; a banner while an unverified input drives the result."""
    sheet = pen.sheet("Cover")
    sheet.head(
        title,
        "Executable model: results are live formulas of the inputs; a number stored by the engine is marked as stored.",
    )
    sheet.text(3, 0, draft, "banner")
    for row, (what, words) in enumerate(facts, start=5):
        sheet.text(row, 0, what, "bold")
        sheet.text(row, 1, words, "wrap")
    row = 7 + len(facts)
    sheet.text(row, 0, "Colours", "section")
    sheet.number(row + 1, 0, 0.5, "input")
    sheet.text(row + 1, 1, "an input: a yellow cell, which may be changed")
    sheet.number(row + 6, 0, 0.5, "point")
    sheet.text(row + 6, 1, "a published point: it moves nothing but a check")
    sheet.text(row + 2, 0, "0.5", "live")
    sheet.text(row + 2, 1, "black: a live formula")
    sheet.text(row + 3, 0, "0.5", "static")
    sheet.text(row + 3, 1, "grey: stored by the engine or for reference, not live")
    sheet.text(row + 4, 0, "holds", "good")
    sheet.text(row + 5, 0, "fails", "bad")
    sheet.text(row + 7, 1, TAB_KEY, "wrap")
    sheet.text(row + 9, 0, "Live and stored", "section")
    sheet.text(row + 10, 0, "stored, in whole or in part", "bold")
    sheet.text(row + 10, 1, ", ".join(stored), "wrap")
    sheet.text(row + 11, 0, "live", "bold")
    sheet.text(row + 11, 1, "every other sheet: each result there is a formula of the inputs", "wrap")
    sheet.width(0, 0, 30)
    sheet.width(1, 1, 90)


def write_readme(sheet: Sheet, names: Sequence[tuple[str, str]], limits: Sequence[str]) -> None:
    """How to use the workbook, its sheets and its limits; `names` are sheets with the titles of those of the model."""
    sheet.text(0, 0, "Read me", "title")
    steps = (
        "1. Decision has the answer. Trace a number back: Decision, Results, Items, a Trace or Tree sheet, Inputs, Sources.",
        "2. Change a yellow cell on Inputs or Control: everything recalculates; the status line says what differs.",
        "3. Control's mode shows the whole model at one draw of the PSA, with one input at its low or high, or in a scenario.",
        "4. Changing a price parameter moves the CEAC too. After any other change the stored PSA is out of date; that is red.",
        "5. Checks counts what holds. Changes lists what was changed; your comments go beside each change.",
    )
    for row, words in enumerate(steps, start=2):
        sheet.text(row, 0, words)
    row = 3 + len(steps)
    sheet.text(row, 0, "Sheets", "section")
    for k, (name, title) in enumerate(names, start=row + 1):
        sheet.worksheet.write_url(k, 0, f"internal:'{name}'!A1", sheet.pen.format("bold"), name)
        sheet.text(k, 1, _TOLD.get(name) or title, "wrap")
    row += len(names) + 2
    sheet.text(row, 0, "Limits", "section")
    for k, words in enumerate(limits, start=row + 1):
        sheet.text(k, 0, words)
    sheet.width(0, 0, 32)
    sheet.width(1, 1, 100)


def write_assumptions(
    pen: Pen, book: "Book", used: Sequence[str], found: Tornado, structure: Sequence[tuple[str, str]], money: str
) -> None:
    """Choices of structure, then every input that is not read or derived, with its effect on net benefit and ICER."""
    sheet = pen.sheet("Assumptions")
    sheet.head(
        "Assumptions",
        "The effect on net benefit is withheld: it depends on what is withheld."
        if found.hidden
        else "Effect: incremental net benefit and ICER with the input at its low and high, stored, "
        f"{money}; net benefit in the base case is {money_text(found.base)}.",
    )
    effects = ("Net benefit at low", "Net benefit at high", "ICER at low", "ICER at high")
    heads = ("No.", "Assumption", "Value", "Why", *effects, "Source", "Provenance")
    for k, words in enumerate(heads):
        sheet.text(3, k, words, "head right" if words in effects else "head")
    row = 4
    for number, (what, words) in enumerate(structure, start=1):
        sheet.number(row, 0, float(number), "centre")
        sheet.text(row, 1, what, "wrap")
        sheet.text(row, 2, words, "wrap")
        sheet.text(row, 9, "structure")
        row += 1
    assumed = [book.parameters[name] for name in used if book.parameters[name].provenance not in ("read", "derived")]
    for one in sorted(assumed, key=lambda one: -found.swing(one.name)):
        sheet.number(row, 0, float(row - 3), "centre")
        sheet.text(row, 1, one.label or one.name, "wrap")
        sheet.formula(row, 2, one.name, one.value, "any")
        sheet.text(row, 3, one.note, "wrap")
        if one.name in found.names:
            at = found.names.index(one.name)
            for k in range(2):
                sheet.number(row, 4 + k, float(found.benefit[at, k]), "static money")
                sheet.text(row, 6 + k, found.icers[at][k], "static right")
        sheet.text(row, 8, one.source, "wrap")
        sheet.text(row, 9, one.provenance)
        row += 1
    for k, width in enumerate((6, 44, 22, 52, 14, 14, 14, 14, 22, 13)):
        sheet.width(k, k, width)
    sheet.worksheet.freeze_panes(4, 0)
    sheet.worksheet.repeat_rows(3)


def write_sources(pen: Pen, book: "Book", used: Sequence[str]) -> None:
    """Provenance counted, then every source with the inputs that stand on it."""
    sheet = pen.sheet("Sources")
    sheet.text(0, 0, "Sources", "title")
    sheet.text(2, 0, "Provenance", "head")
    sheet.text(2, 1, "Inputs", "head")
    counts: Mapping[str, int] = {
        word: sum(book.parameters[name].provenance == word for name in used) for word in PROVENANCES
    }
    for row, (word, count) in enumerate(counts.items(), start=3):
        sheet.text(row, 0, word)
        sheet.number(row, 1, float(count), "count")
    row = 5 + len(counts)
    sheet.heads(row, ("Source", "Citation", "Place", "Year", "Country", "Address", "Inputs"))
    for r, source in enumerate(book.sources.values(), start=row + 1):
        mine = ", ".join(name for name in used if book.parameters[name].source == source.id)
        words_of = (source.id, source.citation, source.place, source.year, source.country, source.address, mine)
        for k, words in enumerate(words_of):
            sheet.text(r, k, words, "wrap")
        if source.address.startswith(("http://", "https://")) and len(source.address) < 2000:
            sheet.worksheet.write_url(r, 5, source.address, sheet.pen.format("link text"), source.address)
    for k, width in enumerate((24, 60, 40, 8, 16, 40, 60)):
        sheet.width(k, k, width)
    sheet.worksheet.repeat_rows(row)
