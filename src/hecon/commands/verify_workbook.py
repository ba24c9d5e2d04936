"""`hecon verify-workbook`: recalculate a twin with another program and compare every cell with the engine."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hecon.cases import find_case, load_model, only_strategies, submitted_book
from hecon.commands.screen import waiting
from hecon.commands.twin import read_psa_words
from hecon.errors import InputError

if TYPE_CHECKING:
    from hecon.workbook.trial import Made


def verify_workbook(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="An executable workbook that hecon wrote.")],
    perturbations: Annotated[int, typer.Option(min=0, metavar="N", help="Other sets of inputs to compare.")] = 50,
    engine: Annotated[str, typer.Option(metavar="formualizer|libreoffice", help="What recalculates it.")] = "",
    seed: Annotated[int, typer.Option(min=0, metavar="S", help="Seed of the other inputs.")] = 1,
    as_one_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
) -> None:
    """Compare every formula cell with the engine, in the base case and under other inputs; print a certificate.

    Exit code 1 when a cell, a formula, a name or an input is not what it must be.
    """
    from hecon.workbook.verify import verify

    made = made_of(file)
    with waiting("verifying"):
        certificate = verify(file, made, count=perturbations, engine=engine, seed=seed)
    typer.echo(json.dumps(certificate.as_json(), indent=2) if as_one_json else certificate.text())
    if not certificate.passed:
        raise typer.Exit(1)


def made_of(file: Path) -> "Made":
    """What a workbook was made of, from what its cover tells: case, scenario, structure, strategies, PSA.

    Raises:
        InputError: a file that is no twin, or whose case is not here.
    """
    from hecon.evaluate.run import run
    from hecon.workbook.read_back import is_twin, read_facts
    from hecon.workbook.read_control import written_for
    from hecon.workbook.redacted import as_typed
    from hecon.workbook.trial import Made
    from hecon.workbook.words import WITHHELD_FACT

    if not file.is_file():
        raise InputError(f"{file}: not found")
    if not is_twin(file):
        raise InputError(f"{file}: is not an executable workbook that hecon wrote")
    case = find_case(str(file.absolute()))
    facts = read_facts(file)
    book = submitted_book(case, facts)
    model = only_strategies(
        load_model(case, book.settings.get("structure", "")), book.settings.get("strategies", "").split()
    )
    plan = read_psa_words(facts.get("PSA", ""))
    withheld = tuple(facts.get(WITHHELD_FACT, "").split())
    book = as_typed(book, withheld)
    draws = book.sample(plan[0], plan[2], plan[1]) if plan else None
    if facts.get("PSA") and plan is None:
        raise InputError(
            f"{file}: its PSA ran with draws made elsewhere, which are needed to verify it: write it with --draws"
        )
    perspective, wtp, reference = written_for(file, book)
    psa = run(model, draws) if draws is not None else None
    return Made(model, book, perspective, wtp, reference, psa, draws, facts_as_written(facts), withheld)


def facts_as_written(facts: dict[str, str]) -> tuple[tuple[str, str], ...]:
    """The lines of the cover that a run added."""
    names = ("Structure", "Scenario", "Strategies run", "PSA")
    return tuple((name, facts[name]) for name in names if facts.get(name))


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("verify-workbook")(verify_workbook)
