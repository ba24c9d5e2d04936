"""`--redact` of `hecon run` and `hecon twin`: files without the withheld inputs, tested before they are left on disk."""

import json
import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from hecon.cases import CaseFiles, open_case
from hecon.commands.screen import messages, results, waiting
from hecon.confidential.derived_too import derived_too
from hecon.errors import HeconError, InputError
from hecon.files import whole_file
from hecon.results.case import at_scenario
from hecon.results.options import Options, complete, sampling_of, settings_of

if TYPE_CHECKING:
    from hecon.confidential.redacted import PublicRun
    from hecon.confidential.redacted_folder import Reading
    from hecon.inputs.book import Book
    from hecon.workbook.withheld.withheld import Withheld


@dataclass(frozen=True)
class Confidential:
    """What a confidential write is made of: the true book, what is withheld of it, and how it is read."""

    case: CaseFiles
    model: Any
    book: "Book"
    withheld: "Withheld"
    reading: "Reading"
    sample: tuple[int, int, str] | None
    options: Options

    def public(self, altered: Sequence[str] = (), other: bool = False) -> "PublicRun":
        """The run without the withheld numbers; the same whatever they are."""
        from hecon.confidential.redacted import public_run
        from hecon.inputs.withheld import altered as with_others

        book = with_others(self.book, altered) if altered else self.book
        return public_run(self.model, book, self.withheld, self.sample, other=other)

    def write_twin(self, path: Path, found: "PublicRun") -> None:
        """The workbook."""
        from hecon.confidential.redacted import write_redacted

        read = self.reading
        words = {"Structure": read.about.get("structure", ""), "Scenario": self.options.scenario}
        words["Strategies run"] = " ".join(self.options.strategies)
        if self.sample is not None:
            n, seed, method = self.sample
            words["PSA"] = f"{n:,} draws, {method}, seed {seed}"
        facts = [(what, text) for what, text in words.items() if text]
        write_redacted(
            path, self.model, found, self.withheld,
            perspective=read.perspective, wtp=read.wtp, reference=read.reference, effect=read.effect, facts=facts,
        )  # fmt: skip


def confidential(
    case: CaseFiles, options: Options, redact: str, show: str, salt: bytes | None = None
) -> tuple[Confidential, bytes]:
    """Plan a confidential write; the salt is random unless given. Returns the plan and the salt.

    Raises:
        InputError: inputs that cannot be withheld; numbers that cannot be shown; draws from a file.
        HeconError: what reading, loading and running raise.
    """
    from hecon.confidential.redacted_folder import Reading
    from hecon.confidential.shown import shown_on_request
    from hecon.inputs.told import check_told
    from hecon.inputs.withheld import salted
    from hecon.workbook.withheld.withheld import plan_withheld

    if options.draws_file is not None:
        raise InputError("--draws-file may tell of what is withheld: --redact takes draws that are sampled here")
    opened = at_scenario(open_case(case), options.scenario)
    model, book = opened.choose(options.structure, options.strategies), opened.book
    complete(book, options)
    names = _listed(redact)
    if not names:
        raise InputError("--redact names no input: give one or several, separated by commas")
    more = derived_too(case, [name for name in names if name in book.parameters])
    withheld = plan_withheld(model, book, [*names, *more])
    check_told(book, withheld.names)
    read = settings_of(book, options, tuple(name for name, _ in _strategies(model, book)))
    about = {"title": model.title, "structure": read.structure, "scenario": read.scenario}
    reading = Reading(
        case.name,
        read.perspective,
        read.wtp,
        read.reference,
        read.effect,
        {what: text for what, text in about.items() if text},
    )
    shown, implied = shown_on_request(
        model, book, withheld.names, _listed(show),
        perspective=reading.perspective, wtp=reading.wtp, reference=reading.reference, effect=reading.effect,
    )  # fmt: skip
    salt = salt or secrets.token_bytes(32)
    withheld = replace(withheld, shown=shown, implied=implied, fingerprint=salted(book, salt))
    return Confidential(case, model, book, withheld, reading, sampling_of(book, options), options), salt


def write_confidential_run(
    plan: Confidential, outputs: Path, name: str, command: str, figures: bool = True, workbook: bool = True
) -> Path:
    """Write all files of a confidential run to <outputs>/<case>/<name>/, if they pass the gate; else nothing is left.

    Raises:
        HeconError: a place that would tell of what is withheld.
    """
    from hecon.confidential.gate import pass_gate
    from hecon.confidential.redacted_folder import write_redacted_files
    from hecon.report.folder import run_place

    reasons: list[str] = []

    def write(folder: Path, altered: Sequence[str], other: bool) -> None:
        found = plan.public(altered, other)
        if workbook:
            try:
                plan.write_twin(folder / f"{plan.case.name}.xlsx", found)
            except HeconError as error:
                reasons.append(str(error))
        write_redacted_files(folder, found, plan.withheld, plan.reading, command, figures)

    with run_place(outputs, plan.case.name, name, datetime.now().astimezone()) as place:
        with waiting("writing files"):
            write(place.draft, (), False)
        with waiting("writing them again from other values, to compare"):
            pass_gate(place.draft, plan.withheld.names, write)
    if reasons:
        messages().print(f"No executable workbook: {reasons[0]}", style="yellow", markup=False, soft_wrap=True)
    return place.target


def write_confidential_twin(plan: Confidential, target: Path) -> None:
    """Write the workbook alone, if it passes the gate; else nothing is left.

    Raises:
        HeconError: a cell that would tell of what is withheld.
    """
    from hecon.confidential.gate import pass_gate

    def write(folder: Path, altered: Sequence[str], other: bool) -> None:
        plan.write_twin(folder / target.name, plan.public(altered, other))

    with whole_file(target) as draft:
        with waiting("writing the workbook"):
            write(draft.parent, (), False)
        with waiting("writing it again from other values, to compare"):
            pass_gate(draft.parent, plan.withheld.names, write)


def write_salt(path: Path, salt: bytes) -> Path:
    """Write a salt beside what it belongs to, never in it, readable by its owner only."""
    words = (
        "The salt of the fingerprint of a confidential version. Keep it, and keep it to yourself: with it, whoever has the"
        "\nfingerprint can try values of what is withheld; without it, you cannot show later what inputs it stood for.\n"
    )
    with whole_file(path) as draft:
        secret = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(secret, "w", encoding="utf-8") as stream:
            stream.write(f"{salt.hex()}\n\n{words}")
    return path


def tell(plan: Confidential, salt: bytes, file: Path) -> None:
    """On stderr: what is withheld, what is shown and what follows, and the salt, once."""
    from hecon.inputs.told import left_numbers

    withheld = plan.withheld
    lines = [f"Withheld: {', '.join(withheld.names)}, and all that depends on them."]
    lines += [f"Shown on request: {name} = {value:,.6g}" for name, value in withheld.shown.items()]
    lines += [f"{name} follows from {why}" for name, why in withheld.implied.items()]
    if plan.sample is not None and not withheld.levers:
        lines.append("No PSA in the workbook: its costs depend on what is withheld, which is not a lever alone.")
    left = left_numbers(plan.book, withheld.names)
    if left:
        lines.append("Numbers that stand in texts handed over; look whether one of them tells of what is withheld:")
        lines += [f"  {place}: {'; '.join(numbers)}" for place, numbers in left.items()]
    lines.append(f"Salt (also in {file}; keep it, and do not hand it over): {salt.hex()}")
    for line in lines:
        messages().print(line, markup=False, soft_wrap=True)


def run_confidential(
    case: CaseFiles, options: Options, redact: str, show: str, *, outputs: Path, name: str, command: str, as_one_json: bool,
    figures: bool, workbook: bool,
) -> None:  # fmt: skip
    """What `hecon run --redact` does: plan, write, print."""
    from hecon.confidential.redacted import public_run
    from hecon.confidential.redacted_folder import LEFT_OUT, outcome_grid
    from hecon.grid import rich_table

    plan, salt = confidential(case, options, redact, show)
    folder = write_confidential_run(plan, outputs, name, command, figures, workbook)
    file = write_salt(folder.with_name(f"{folder.name}.salt"), salt)
    if as_one_json:
        found = json.loads((folder / "results.json").read_text(encoding="utf-8"))
        typer.echo(json.dumps({**found, "folder": str(folder)}, indent=2, allow_nan=False, ensure_ascii=False))
    else:
        base = public_run(plan.model, plan.book, plan.withheld, None).base
        money = f"{base.currency} {base.price_year}".strip() or "currency units"
        results().print(rich_table(outcome_grid(base, plan.withheld, plan.reading, money)))
        results().print(LEFT_OUT, markup=False, soft_wrap=True)
        results().print(f"Files: {folder}", markup=False, soft_wrap=True)
    tell(plan, salt, file)


def _listed(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _strategies(model: Any, book: "Book") -> Sequence[tuple[str, str]]:
    from hecon.structure.lowering import lower

    return lower(model, book.settings).strategies
