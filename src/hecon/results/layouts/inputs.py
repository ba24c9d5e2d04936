"""The layouts of what goes into a run and comes out of it whole: cases, inputs, draws, outcomes, explanations."""

from hecon.analysis.cost_effectiveness.estimate import estimate
from hecon.evaluate.explaining.explain import Explanation
from hecon.grid import DATA, ROOMY, SHEET, TERMINAL, Amount, Cell, Column, Grid
from hecon.inputs.book import Book
from hecon.inputs.draws import Draws
from hecon.outcomes import Outcomes
from hecon.results.case import Case
from hecon.results.layouts.words import layout

_WIDE = (SHEET, DATA)
_PARAMETERS = (
    Column("name", "Name", media=(TERMINAL, SHEET, DATA)), Column("label", "Label"), Column("group", "Group", media=_WIDE),
    Column("unit", "Unit"), Column("value", "Value", -6), Column("low", "Low", -6), Column("high", "High", -6),
    Column("distribution", "Distribution"), Column("par1", "Par1", -6, media=_WIDE), Column("par2", "Par2", -6, media=_WIDE),
    Column("source", "Source", media=ROOMY), Column("citation", "Citation", media=_WIDE), Column("provenance", "Provenance"),
    Column("price_year", "Price year", media=_WIDE), Column("currency", "Currency", media=_WIDE),
    Column("note", "Note", media=_WIDE),
)  # fmt: skip


@layout.register
def _(case: Case) -> Grid:
    """What a case is, and the settings a run takes unless told otherwise."""
    book, settings = case.book, case.settings
    titles = " / ".join(dict.fromkeys(str(model.title) for model in case.models.values()))
    names = dict.fromkeys(one.name for model in case.models.values() for one in model.strategies)
    facts = {
        "title": titles,
        "strategies": ", ".join(names),
        "structures": ", ".join(name for name in case.models if name),
        "inputs": f"{len(book.parameters)} parameters, {len(book.tables)} tables, {len(book.scenarios)} scenarios",
        **{
            name: settings.get(name, "")
            for name in ("perspective", "threshold", "reference", "effect", "draws", "seed")
        },
        "currency": f"{settings.get('currency', '')} {settings.get('price_year', '')}".strip(),
    }
    rows = tuple((what, words) for what, words in facts.items() if words)
    return Grid("case", f"Case {case.name}", (Column("what", ""), Column("words", "")), rows)


@layout.register
def parameters_grid(book: Book) -> Grid:
    """Every input with value, range, distribution, source and provenance.

    >>> from hecon import Parameter, make_book
    >>> parameters_grid(make_book("demo", [Parameter(name="price", value=5.0)])).column("name")
    ['price']
    """
    rows: list[tuple[Cell, ...]] = []
    for one in book.parameters.values():
        source = book.sources.get(one.source)
        words = {"citation": source.citation if source else ""}
        cells = [words[x.name] if x.name in words else getattr(one, x.name) for x in _PARAMETERS]
        rows.append(tuple(None if isinstance(cell, float) and cell != cell else cell for cell in cells))
    return Grid("parameters", f"Inputs of {book.case}", _PARAMETERS, tuple(rows))


@layout.register
def _(draws: Draws) -> Grid:
    """Mean, spread and 95% range of every input over the draws."""
    columns = (
        Column("name", "Name"), Column("mean", "Mean", -6), Column("sd", "SD", -4), Column("low", "2.5%", -6),
        Column("high", "97.5%", -6),
    )  # fmt: skip
    several = draws.n > 1
    rows: list[tuple[Cell, ...]] = []
    for name, values in zip(draws.names, draws.values, strict=True):
        found = estimate(values)
        rows.append((name, found.mean, float(values.std(ddof=1)) if several else None, found.low, found.high))
    return Grid("draws", f"{draws.n:,} draws of {draws.book.case}, {draws.method}", columns, tuple(rows))


@layout.register
def _(outcomes: Outcomes) -> Grid:
    """Every item with its mean over the draws, a column per strategy."""
    harms = [Column("of", "Of")] if any(item.of for item in outcomes.items) else []
    columns = (
        Column("kind", "Kind"), Column("item", "Item"), Column("category", "Category"), *harms, Column("sector", "Sector"),
        *(Column(name, name, 3) for name in outcomes.strategies),
    )  # fmt: skip
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            item.kind, item.name, item.category, *([item.of] if harms else []), item.sector,
            *(Amount(mean, 0 if item.kind == "cost" else 3) for mean in values.mean(axis=1).tolist()),
        )
        for item, values in zip(outcomes.items, outcomes.values.swapaxes(0, 1), strict=True)
    )  # fmt: skip
    n = int(outcomes.draw.size)
    note = f"Per patient, mean over {n:,} draw{'' if n == 1 else 's'}."
    return Grid("outcomes", "Outcomes", columns, rows, note)


@layout.register
def _(found: Explanation) -> Grid:
    """A number and all that it stands on, each indented below what uses it."""
    columns = (
        Column("name", "Name"), Column("value", "Value", -6), Column("unit", "Unit"), Column("formula", "Formula"),
        Column("numbers", "With numbers"), Column("source", "Source"),
    )  # fmt: skip
    rows = tuple(
        ("\u2003" * line.depth + line.name, line.value, line.unit, line.formula, line.numbers, line.source)
        for line in found.lines
    )
    return Grid("explanation", found.title, columns, rows)
