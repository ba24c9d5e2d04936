"""A confidential write planned: what is withheld of a case and what is shown all the same, before anything is written."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hecon.cases import CaseFiles, open_case
from hecon.confidential.derived_too import derived_too
from hecon.confidential.redacted import PublicRun, public_run, write_redacted
from hecon.confidential.redacted_folder import Reading
from hecon.confidential.shown import shown_on_request
from hecon.errors import InputError
from hecon.inputs.told import check_told, left_numbers
from hecon.inputs.withheld import altered as with_others
from hecon.inputs.withheld import salted
from hecon.results.case import as_asked
from hecon.results.options import Options, complete, sampling_of, settings_of
from hecon.structure.lowering import lower
from hecon.workbook.withheld.withheld import Withheld, plan_withheld

if TYPE_CHECKING:
    from hecon.inputs.book import Book


@dataclass(frozen=True)
class Confidential:
    """What a confidential write is made of: the true book, what is withheld of it, and how it is read."""

    case: CaseFiles
    model: Any
    book: "Book"
    withheld: Withheld
    reading: Reading
    sample: tuple[int, int, str] | None
    options: Options

    def public(self, altered: Sequence[str] = (), other: bool = False) -> PublicRun:
        """The run without the withheld numbers; the same whatever they are."""
        return public_run(self.model, self.true_book(altered), self.withheld, self.sample, other=other)

    def true_book(self, altered: Sequence[str] = ()) -> "Book":
        """The true book, with other values of the `altered` inputs."""
        return with_others(self.book, altered) if altered else self.book

    def write_twin(self, path: Path, found: PublicRun) -> None:
        """The workbook."""
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


def plan_confidential(
    case: CaseFiles, options: Options, redact: str, show: str = "", salt: bytes | None = None
) -> tuple[Confidential, bytes]:
    """Plan a confidential write; `redact` and `show` are names separated by commas. Returns the plan and the salt, which is
    random unless given.

    Raises:
        InputError: inputs that cannot be withheld; numbers that cannot be shown; draws from a file.
        HeconError: what reading, loading and running raise.

    >>> here = CaseFiles("demo", Path("model.py"), Path("inputs"), Path("outputs"))
    >>> plan_confidential(here, Options(draws_file=Path("draws.csv")), "price")
    Traceback (most recent call last):
    hecon.errors.InputError: --draws-file may reveal what is withheld: --redact needs draws that are sampled here
    """
    if options.draws_file is not None:
        raise InputError("--draws-file may reveal what is withheld: --redact needs draws that are sampled here")
    opened = as_asked(open_case(case, mixed=options.converts), options)
    model, book = opened.choose(options.structure, options.strategies), opened.book
    complete(book, options)
    names = _listed(redact)
    if not names:
        raise InputError("--redact names no input: give one or several, separated by commas")
    more = derived_too(case, [name for name in names if name in book.parameters])
    withheld = plan_withheld(model, book, [*names, *more])
    check_told(book, withheld.names)
    read = settings_of(book, options, tuple(name for name, _ in lower(model, book.settings).strategies))
    about = {"title": model.title, "structure": read.structure, "scenario": read.scenario}
    about["converted"] = book.settings.get("converted", "")
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


def confidential_remarks(plan: Confidential, page: bool = False) -> list[str]:
    """What whoever hands the files (or a `page`) over should know: what is withheld, what is shown, what follows, which numbers
    are left.

    >>> from hecon.confidential.example import without_drug
    >>> confidential_remarks(without_drug()[0])
    ['Withheld: c_drug, and all that depends on them.']
    """
    withheld = plan.withheld
    lines = [f"Withheld: {', '.join(withheld.names)}, and all that depends on them."]
    lines += [f"Shown on request: {name} = {value:,.6g}" for name, value in withheld.shown.items()]
    lines += [f"{name} follows from {why}" for name, why in withheld.implied.items()]
    if plan.sample is not None and not withheld.price_parameters and not page:
        lines.append(
            "No PSA in the workbook: its costs depend on what is withheld, which is not a price parameter alone."
        )
    left = left_numbers(plan.book, withheld.names)
    if page:  # which carries no scenarios
        left = {place: numbers for place, numbers in left.items() if not place.startswith("scenario ")}
    if left:
        lines.append("Numbers in the texts of these files; check that none of them reveals what is withheld:")
        lines += [f"  {place}: {'; '.join(numbers)}" for place, numbers in left.items()]
    return lines


def _listed(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]
