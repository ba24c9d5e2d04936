"""What the sheets of words say about a model: its facts, the choices of its structure, its limits, whether it is a draft."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from hecon.analysis.cost_effectiveness.totals import effect_word
from hecon.digits import money_text
from hecon.formula.program import Block, Clock
from hecon.report.folder import versions
from hecon.workbook.sheets.correlations_sheet import groups_of
from hecon.workbook.sheets.psa_cells import MOST_INPUT_ROWS, PsaCells

if TYPE_CHECKING:
    from hecon.inputs.book import Book
    from hecon.workbook.pages.model_pages import Twin
    from hecon.workbook.stored.sheet import StoredSheet
    from hecon.workbook.withheld.withheld import Withheld

FINGERPRINT_SALTED, WITHHELD_FACT = "Fingerprint of the inputs, salted", "Withheld"
LOST_WORK_FACT = "Lost work in societal"
CONVERTED_TO, CONVERTED = "Converted to", "Converted"
RULES_OF, RULES_TOLD = "Rules of", "Rules applied"
INPUT_FINGERPRINT, PROGRAM_FINGERPRINT = "Fingerprint of the inputs", "Fingerprint of the model"


def draft_words(driving: Sequence[str]) -> str:
    """The banner while unverified inputs drive the result, the furthest first; "" when none does.

    >>> draft_words(["c_drug"])
    'DRAFT: 1 unverified input drives the result (c_drug)'
    """
    if not driving:
        return ""
    some = ", ".join(driving[:4]) + (f" and {len(driving) - 4} more" if len(driving) > 4 else "")
    count = "1 unverified input drives" if len(driving) == 1 else f"{len(driving)} unverified inputs drive"
    return f"DRAFT: {count} the result ({some})"


def footer_of(book: "Book", fingerprint: str) -> str:
    """Case, version and the beginning of the fingerprint, for the foot of each page."""
    return f"{book.case[:60]}, hecon {versions()['hecon']}, {fingerprint[:12]}".replace("&", "&&")


def facts_of(
    book: "Book",
    twin: "Twin",
    program: str,
    perspective: str,
    wtp: float,
    effect: str,
    reference: str,
    timing: str,
    money: str,
    withheld: "Withheld | None" = None,
) -> list[tuple[str, str]]:
    """What the cover says, line by line; `program` is the fingerprint of the model's Program."""
    settings = book.settings
    clocks = dict.fromkeys(
        f"{b.clock.cycles} cycles, {b.clock.per_year:g} a year" for b in twin.program.blocks if b.clock
    )
    lines = [
        ("Case", book.case), ("Jurisdiction", settings.get("jurisdiction", "")), ("Population", settings.get("population", "")),
        ("Strategies", "; ".join(label for _, label in twin.program.strategies)), ("Reference", reference),
        ("Perspective", perspective), (LOST_WORK_FACT, settings.get("lost_work", "")), ("Effect", effect),
        ("Threshold", f"{money_text(wtp)} {money} per {effect_word(effect)}"), ("Prices", money), *converted_facts(book),
        ("Clock", "; ".join(clocks) or "none: a decision tree"), ("Discount timing", timing),
        ("Within-cycle method", "; ".join(dict.fromkeys(m for m in twin.open.methods.values() if m)) or "none"),
        ("Inputs", f"{len(twin.inputs)} used by the model"), *_marks(book, withheld),
        (PROGRAM_FINGERPRINT, program),
        ("Written by", f"hecon {versions()['hecon']}"),
    ]  # fmt: skip
    return [(what, words) for what, words in lines if words]


def converted_facts(book: "Book") -> list[tuple[str, str]]:
    """What the cover says of a conversion and of a jurisdiction's rules: what they are and what they changed, if any were.

    >>> from hecon.inputs.book import make_book
    >>> converted_facts(make_book("demo", []))
    []
    """
    told, settings = book.settings.get("converted", ""), book.settings
    facts = [(CONVERTED_TO, f"{settings['currency']} {settings['price_year']}"), (CONVERTED, told)] if told else []
    rules = settings.get("rules", "")
    return [*facts, *([(RULES_OF, rules), (RULES_TOLD, settings.get("rules_told", ""))] if rules else [])]


def _marks(book: "Book", withheld: "Withheld | None") -> list[tuple[str, str]]:
    if withheld is None:
        return [(INPUT_FINGERPRINT, book.fingerprint())]
    return [(FINGERPRINT_SALTED, withheld.fingerprint), (WITHHELD_FACT, " ".join(withheld.names))]


def structure_of(model: Any, twin: "Twin", timing: str) -> list[tuple[str, str]]:
    """The choices of structure that the list of assumptions begins with."""
    lines = [("Discounting, by exact time or whole years", timing)]
    seen: dict[tuple[str, Clock | None], Block] = {}
    for block in twin.program.blocks:
        seen.setdefault((block.structure, block.clock), block)
    for (name, _), block in seen.items():
        if block.clock is None:
            continue
        way = (
            "partitioned by survival curves"
            if block.occupied
            else f"cohort, by {block.states.by if block.states else 'none'}"
        )
        lines.append((f"Structure {name}", way))
        lines.append(
            (
                f"Horizon of {name}",
                f"{block.clock.cycles / block.clock.per_year:g} years in {block.clock.cycles} cycles",
            )
        )
        lines.append((f"Within-cycle method of {name}", twin.open.methods[block.name] or "flows at mid-cycle"))
    assert model is not None
    return lines


def stored_names(
    stored: "Sequence[StoredSheet]", cells: PsaCells | None, book: "Book", used: Sequence[str]
) -> list[str]:
    """The sheets that hold results or draws as values, in the order of the workbook, with what is live on them."""
    drawn = ["PSA_draws", "PSA_results (the draws; live in the price parameters)"] if cells is not None else []
    groups = ["Correlations"] if groups_of(book, used) else []
    return ["Assumptions (the effects)", *groups, "OneWay (the tornado)", *drawn, *(one.name for one in stored)]


def limits_of(twin: "Twin", cells: PsaCells | None, withheld: "Withheld | None" = None) -> list[str]:
    """What the workbook cannot do."""
    lines = ["The horizon can be shortened, not lengthened past the rows written."]
    if withheld is not None:
        lines.append("Inputs are withheld: what depends on them is #N/A until a value is typed on Inputs.")
        if withheld.price_parameters and cells is not None:
            lines.append(
                "The PSA takes the price typed on Inputs in every draw: a spread of its own is withheld with it."
            )
    if cells is None:
        why = ": its costs depend on what is withheld" if withheld is not None and not withheld.price_parameters else ""
        lines.append(f"No PSA is stored in this workbook{why}.")
    else:
        lines.append("The PSA itself is not run in the workbook: its draws and results are stored values.")
    if cells is not None and cells.n > MOST_INPUT_ROWS:
        lines.append(f"Inputs are kept of the first {MOST_INPUT_ROWS:,} of {cells.n:,} draws.")
    if not twin.open.switchable and any(block.clock for block in twin.program.blocks):
        lines.append(
            "The within-cycle method cannot be switched in this model: its flows are discounted at mid-cycle or not weighted."
        )
    lines.append("A formula that was changed cannot be read back into hecon; inputs can.")
    return lines
