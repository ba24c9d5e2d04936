"""`hecon twin`: the executable workbook of a case, whose formulas compute the whole model."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hecon.cases import find_case
from hecon.commands.run import CaseName, Draws, DrawsFile, Redact, Sampling, Scenario, Seed, Show, Structure
from hecon.commands.screen import messages, waiting
from hecon.commands.study import Options, make_study
from hecon.errors import HeconError
from hecon.files import whole_file

if TYPE_CHECKING:
    from hecon.report.study import Study
    from hecon.workbook.stored import StoredSheet
    from hecon.workbook.trial import Made


def twin(
    case: CaseName,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The workbook; <case>.xlsx, here, if left out.")
    ] = None,
    draws: Draws = None,
    seed: Seed = None,
    perspective: Annotated[str, typer.Option(metavar="P", help="payer, health care sector or societal.")] = "",
    wtp: Annotated[float | None, typer.Option(metavar="K", help="Threshold, in currency per QALY.")] = None,
    strategy: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Only this strategy; may be repeated.")
    ] = None,
    reference: Annotated[str, typer.Option(metavar="NAME", help="What the others are compared with.")] = "",
    scenario: Scenario = "",
    structure: Structure = "",
    sampling: Sampling = "",
    draws_file: DrawsFile = None,
    redact: Redact = "",
    show: Show = "",
    force: Annotated[bool, typer.Option("--force", help="Replace a workbook that is there.")] = False,
    verify: Annotated[bool, typer.Option("--verify", help="Verify it and put the certificate in as a sheet.")] = False,
) -> None:
    """Write the executable workbook: change a blue cell and every result follows, without macros or Python."""
    found = find_case(case)
    target = out or Path(f"{found.name}.xlsx")
    if target.suffix.lower() != ".xlsx":
        raise HeconError(f"{target}: a workbook's name ends in .xlsx")
    if target.exists() and not force:
        raise HeconError(f"{target}: is there already; give another name with --out, or --force to replace it")
    options = Options(
        perspective, wtp, reference, draws, seed, sampling, draws_file, tuple(strategy or ()), scenario, structure
    )
    if redact or show:
        from hecon.commands.redact import confidential, tell, write_confidential_twin, write_salt

        if not redact:
            raise typer.BadParameter("--show says what --redact may show all the same: give --redact too")
        plan, salt = confidential(found, options, redact, show)
        write_confidential_twin(plan, target)
        typer.echo(f"Wrote {target}")
        tell(plan, salt, write_salt(target.with_name(f"{target.name}.salt"), salt))
        return
    study = make_study(found, options)
    with waiting("writing the workbook"):
        write_twin(target, options, study)
    typer.echo(f"Wrote {target}")
    if verify and not certify(target, options, study):
        raise typer.Exit(1)


def certify(path: Path, options: Options, study: "Study") -> bool:
    """Verify a workbook just written, put the certificate in as its last sheet, print it; whether all tests passed."""
    from hecon.workbook.certificate_sheet import stamp
    from hecon.workbook.verify import verify

    with waiting("verifying"):
        certificate = verify(path, made_of_study(options, study))
        with whole_file(path) as draft:
            stamp(path, draft, certificate)
    typer.echo(certificate.text())
    return certificate.passed


def made_of_study(options: Options, study: "Study") -> "Made":
    """What the workbook of a study is made of."""
    from hecon.workbook.trial import Made

    assert study.book is not None
    facts = tuple(facts_of_run(options, study))
    return Made(
        study.model,
        study.book,
        study.perspective,
        study.wtp,
        study.reference,
        study.psa,
        study.draws,
        facts,
        effect=study.effect,
    )


def write_twin(path: Path, options: Options, study: "Study", stored: "Sequence[StoredSheet] | None" = None) -> None:
    """Write the workbook of a study that was made with these options, with sheets of stored results.

    Where none are given, the scenarios' deterministic results are run and stored, which takes little time.
    """
    from hecon.workbook.write import write_workbook

    assert study.book is not None
    write_workbook(
        path, study.model, study.book, study.base, study.psa, study.draws,
        perspective=study.perspective, wtp=study.wtp, reference=study.reference, effect=study.effect,
        facts=facts_of_run(options, study),
        stored=_scenarios(options, study) if stored is None else stored,
    )  # fmt: skip


def _scenarios(options: Options, study: "Study") -> "list[StoredSheet]":
    """The deterministic results of the case's scenarios; none for a run of a scenario, or of some strategies only."""
    from hecon.analysis.scenarios import scenarios
    from hecon.report.study import ran_with
    from hecon.workbook.stored_sensitivity import scenarios_sheet

    book = study.book
    if book is None or not book.scenarios or options.scenario or options.strategies:
        return []
    models = study.structures
    reading: dict[str, Any] = {
        "reference": study.reference, "perspective": study.perspective, "wtp": study.wtp, "effect": study.effect,
    }  # fmt: skip
    try:
        table = scenarios(study.model if options.structure or len(models) == 1 else models, book, **reading)
    except HeconError as error:
        messages().print(f"Scenarios are listed without results: {error}", style="yellow", markup=False)
        return []
    return [scenarios_sheet(table, book, ran_with(study, draws=False))]


def facts_of_run(options: Options, study: "Study") -> list[tuple[str, str]]:
    """What the cover says of a run, so that the workbook can be read back and verified on its own."""
    facts = [
        ("Structure", study.settings.get("structure", "")),
        ("Scenario", options.scenario),
        ("Strategies run", " ".join(options.strategies)),
        ("PSA", psa_words(study)),
    ]
    return [(what, words) for what, words in facts if words]


def psa_words(study: "Study") -> str:
    """Such as "1,000 draws, independent, seed 1"."""
    draws = study.draws
    if draws is None:
        return ""
    return f"{draws.n:,} draws, {draws.method}" + ("" if draws.seed is None else f", seed {draws.seed}")


def read_psa_words(words: str) -> tuple[int, str, int] | None:
    """Number, method and seed of draws that can be made again; None for none, or for draws made elsewhere."""
    match = re.fullmatch(r"([\d,]+) draws, ([a-z ]+), seed (\d+)", words)
    return (int(match[1].replace(",", "")), match[2], int(match[3])) if match else None


def register(app: typer.Typer, names: Sequence[str] = ("twin",)) -> None:
    """Add the command."""
    for name in names:
        app.command(name)(twin)
