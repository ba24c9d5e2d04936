"""What a workbook was made of, told by its cover: case, scenario, structure, strategies, and the draws of its PSA."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from hecon.errors import InputError
from hecon.evaluate.run import run
from hecon.inputs.withheld import as_typed
from hecon.results.case import Case
from hecon.structure.agreements.carried import as_chosen
from hecon.workbook.read_back.chosen_agreement import CARRIES, unswitched
from hecon.workbook.read_back.kept_draws import kept_draws
from hecon.workbook.read_back.read_back import read_facts
from hecon.workbook.read_back.read_control import written_for
from hecon.workbook.sheets.about_sheet import SHEET as ABOUT
from hecon.workbook.sheets.words import PROGRAM_FINGERPRINT, WITHHELD_FACT
from hecon.workbook.verify.same_model import of_another
from hecon.workbook.verify.trial import Made
from hecon.workbook.write_workbook import read_psa_words
from hecon.workbook.xlsx.package import opened, sheet_names

if TYPE_CHECKING:
    from hecon.inputs.book import Book
    from hecon.inputs.draws import Draws
    from hecon.structure.lowering import Model

_FACTS = ("Structure", "Scenario", "Strategies run", "PSA")  # the lines of the cover that a run added


def made_of_file(file: Path, submitted: "Book", models: "Mapping[str, Model]", draws_file: Path | None = None) -> Made:
    """What a workbook was made of: the inputs `submitted`, from which it was written, and one of the case's `models`.

    Draws that were made elsewhere are those that it keeps, or those of `draws_file`.

    Raises:
        InputError: a file of another model than its case's now, which refuses it; draws made elsewhere that it keeps only
            in part.
    """
    facts = read_facts(file)
    plain = unswitched(submitted)
    model, submitted = as_chosen(Case(plain.case, models, plain).model, plain)
    withheld = tuple(facts.get(WITHHELD_FACT, "").split())
    book = as_typed(submitted, withheld)
    with of_another(file, facts.get(PROGRAM_FINGERPRINT, ""), model, book):
        draws = _draws(file, book, facts.get("PSA", ""), draws_file)
        perspective, wtp, reference = written_for(file, book)
        psa = run(model, draws) if draws is not None else None
    written = tuple((name, facts[name]) for name in _FACTS if facts.get(name))
    with opened(file) as archive:
        about = ABOUT in sheet_names(archive)
    return Made(
        model, book, perspective, wtp, reference, psa, draws, written,
        withheld=withheld, agreements=bool(facts.get(CARRIES)), about=about,
    )  # fmt: skip


def _draws(file: Path, book: "Book", words: str, draws_file: Path | None) -> "Draws | None":
    """The draws of the PSA that the cover tells of: sampled again, or those kept in the workbook or in a file."""
    if not words:
        return None
    if draws_file is not None:
        return book.read_draws(draws_file)
    if plan := read_psa_words(words):
        return book.sample(plan[0], plan[2], plan[1])
    count = int(words.split()[0].replace(",", ""))
    found = kept_draws(file, book, count)
    if found is None:
        raise InputError(
            f"{file}: its PSA ran with {count:,} draws made elsewhere, of which it keeps only the first; give them all"
            " with `hecon verify-workbook --draws-file`"
        )
    return found
