"""`hecon verify-workbook`: recalculate a twin with another program and compare every cell with the engine."""

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hecon.cases import find_case, load_models, submitted_book
from hecon.commands.screen import waiting
from hecon.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hecon.inputs.book import Book
    from hecon.inputs.draws import Draws
    from hecon.structure.lowering import Model
    from hecon.workbook.verify.trial import Made


def verify_workbook(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="An executable workbook that hecon wrote.")],
    perturbations: Annotated[int, typer.Option(min=0, metavar="N", help="Other sets of inputs to compare.")] = 50,
    engine: Annotated[str, typer.Option(metavar="formualizer|libreoffice", help="What recalculates it.")] = "",
    seed: Annotated[int, typer.Option(min=0, metavar="S", help="Seed of the other inputs.")] = 1,
    draws_file: Annotated[
        Path | None,
        typer.Option(metavar="CSV", help="The draws it was written with, if over 1,000 were made elsewhere."),
    ] = None,
    sheet: Annotated[
        Path | None, typer.Option(metavar="OUT", help="A copy of the workbook with the certificate as a sheet.")
    ] = None,
    as_one_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
) -> None:
    """Compare every formula cell with the engine, in the base case and under other inputs; print a certificate.

    Exit code 1 when a cell, a formula, a name or an input is not what it must be.
    """
    from hecon.workbook.verify.verify import verify

    made = made_of(file, draws_file)
    with waiting("verifying"):
        certificate = verify(file, made, count=perturbations, engine=engine, seed=seed)
    if made.draws is not None and made.draws.method == "external" and draws_file is None:
        told = "the PSA's draws were made elsewhere: its re-run took those that the workbook keeps"
        certificate = replace(certificate, notes=(*certificate.notes, told))
    if sheet is not None:
        from hecon.files import whole_file
        from hecon.workbook.sheets.certificate_sheet import stamp

        if sheet.exists():
            raise InputError(f"{sheet}: is there already; give another name")
        with whole_file(sheet) as draft:
            stamp(file, draft, certificate)
    typer.echo(json.dumps(certificate.as_json(), indent=2) if as_one_json else certificate.text())
    if not certificate.passed:
        raise typer.Exit(1)


def made_of(file: Path, draws_file: Path | None = None, models: "Mapping[str, Model] | None" = None) -> "Made":
    """What a workbook was made of, from what its cover tells: case, scenario, structure, strategies, PSA.

    Draws that were made elsewhere are those that it keeps, or those of `draws_file`; `models` are the case's, if loaded.

    Raises:
        InputError: a file that is no twin, whose case is not here, or of another model than its case's now, which refuses
            it; draws made elsewhere that it keeps only in part.
    """
    from hecon.confidential.redacted import as_typed
    from hecon.evaluate.run import run
    from hecon.results.case import choose_model, only_strategies
    from hecon.workbook.read_back.read_back import is_twin, need_sheets, read_facts
    from hecon.workbook.read_back.read_control import written_for
    from hecon.workbook.sheets.words import PROGRAM_FINGERPRINT, WITHHELD_FACT
    from hecon.workbook.verify.same_model import of_another
    from hecon.workbook.verify.trial import Made

    if not file.is_file():
        raise InputError(f"{file}: not found")
    if not is_twin(file):
        raise InputError(f"{file}: is not an executable workbook that hecon wrote")
    need_sheets(file)
    case = find_case(str(file.absolute()))
    facts = read_facts(file)
    book = submitted_book(case, facts)
    model = choose_model(load_models(case) if models is None else models, case.name, book.settings.get("structure", ""))
    model = only_strategies(model, book.settings.get("strategies", "").split())
    withheld = tuple(facts.get(WITHHELD_FACT, "").split())
    book = as_typed(book, withheld)
    with of_another(file, facts.get(PROGRAM_FINGERPRINT, ""), model, book):
        draws = _draws(file, book, facts.get("PSA", ""), draws_file)
        perspective, wtp, reference = written_for(file, book)
        psa = run(model, draws) if draws is not None else None
    return Made(model, book, perspective, wtp, reference, psa, draws, facts_as_written(facts), withheld=withheld)


def _draws(file: Path, book: "Book", words: str, draws_file: Path | None) -> "Draws | None":
    """The draws of the PSA that the cover tells of: sampled again, or those kept in the workbook or in a file."""
    from hecon.workbook.read_back.kept_draws import kept_draws
    from hecon.workbook.write_workbook import read_psa_words

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


def facts_as_written(facts: dict[str, str]) -> tuple[tuple[str, str], ...]:
    """The lines of the cover that a run added."""
    names = ("Structure", "Scenario", "Strategies run", "PSA")
    return tuple((name, facts[name]) for name in names if facts.get(name))


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("verify-workbook")(verify_workbook)
