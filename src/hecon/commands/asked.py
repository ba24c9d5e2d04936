"""What the commands of an analysis share: how a case is run as asked for, and how an answer is printed and written."""

import json
import shlex
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hecon.cases import CaseFiles, find_case, open_case
from hecon.commands.screen import messages, waiting
from hecon.errors import InputError
from hecon.results.case import KEEP, run_case
from hecon.results.options import CERTAIN, Options

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from hecon.inputs.book import Book
    from hecon.inputs.draws import Draws
    from hecon.outcomes import Outcomes
    from hecon.results.analysis import Analysis
    from hecon.results.case import Case

Perspective = Annotated[str, typer.Option(metavar="P", help="payer, health care sector or societal.")]
Wtp = Annotated[float | None, typer.Option(metavar="K", help="Threshold, in currency per QALY.")]
Reference = Annotated[str, typer.Option(metavar="NAME", help="What the others are compared with.")]
Strategies = Annotated[list[str] | None, typer.Option(metavar="NAME", help="Only this comparison; may be repeated.")]
Name = Annotated[str, typer.Option(metavar="NAME", help="Ends the folder's name; the time if left out.")]
Out = Annotated[Path | None, typer.Option(metavar="DIR", help="In place of outputs/.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]
NoFigures = Annotated[bool, typer.Option("--no-figures", help="Write no figures.")]


@dataclass(frozen=True)
class Asked:
    """A case that was run for a command: where it is, the case, and the analysis."""

    files: CaseFiles
    case: "Case"
    analysis: "Analysis"

    @property
    def book(self) -> "Book":
        """The inputs of the run."""
        assert self.analysis.book is not None
        return self.analysis.book


def ask(name: str, options: Options, keep: Sequence[str] = KEEP) -> Asked:
    """Find and open a case and run it; what the command line leaves open, the settings say.

    Raises:
        HeconError: what finding, reading, loading and running raise.
    """
    files = find_case(name)
    case = open_case(files)
    return Asked(files, case, run_case(case, options, keep=keep, watch=waiting))


def with_draws(analysis: "Analysis") -> "tuple[Draws, Outcomes]":
    """The draws of the PSA and their outcomes, for a command that is nothing without them.

    Raises:
        InputError: none were asked for.
    """
    if analysis.without_draws == CERTAIN:
        raise InputError(f"{analysis.case}: {CERTAIN}; give an input a distribution")
    if analysis.draws is None or analysis.psa is None:
        raise InputError("a probabilistic analysis needs at least 2 draws; got 0")
    return analysis.draws, analysis.psa


def deterministic(perspective: str, wtp: float | None, reference: str, scenario: str, structure: str) -> Options:
    """The options of a command that runs no PSA.

    >>> deterministic("payer", None, "", "", "").draws
    0
    """
    return Options(perspective, wtp, reference, draws=0, scenario=scenario, structure=structure, as_flags=True)


def answer(
    asked: Asked,
    kind: str,
    texts: Sequence[str],
    tables: "Mapping[str, pd.DataFrame]",
    figures: "Callable[[], Mapping[str, Figure]]",
    result: Mapping[str, Any],
    *,
    name: str,
    out: Path | None,
    as_json: bool,
    no_figures: bool,
) -> None:
    """Write an analysis to outputs/<case>/<kind>-<name or time>/ and print it: texts, or one JSON object.

    Raises:
        HeconError: a folder that cannot be written.
    """
    from hecon.report.folder import run_place, write_analysis

    started = datetime.now().astimezone()
    analysis, case = asked.analysis, asked.analysis.case
    outputs = out or asked.files.outputs
    head = {
        "case": case,
        "analysis": kind,
        **analysis.reading,
        "currency": analysis.base.currency,
        "price_year": analysis.base.price_year,
        "scenario": analysis.settings.scenario or None,
        "strategies": list(analysis.base.strategies),
    }
    about = {
        **head,
        "command": shlex.join(["hecon", *sys.argv[1:]]),
        "started": started.isoformat(timespec="seconds"),
        "input_fingerprint": analysis.input_fingerprint,
        "program_fingerprint": analysis.program_fingerprint,
    }
    with waiting("writing files"), run_place(outputs, case, name, started, f"{kind}-") as place:
        drawn = {} if no_figures else figures()
        files = write_analysis(place.draft, tables, drawn, {**head, **result}, about)
    target = place.target
    if as_json:
        whole = {**head, **result, "folder": str(target), "files": files}
        typer.echo(json.dumps(whole, indent=2, allow_nan=False, ensure_ascii=False))
        return
    for text in texts:
        typer.echo(f"{text}\n")
    typer.echo(f"Files: {target}")


def tell(text: str) -> None:
    """A remark on stderr, which leaves what was asked for on stdout alone.

    >>> tell("")
    """
    if text:
        messages().print(text, markup=False)


def first_lines(text: str, lines: int) -> str:
    r"""The first lines of a printed table, and how many more there are.

    >>> print(first_lines("a\nb\nc", 2))
    a
    b
    ... 1 more in the file
    """
    every = text.splitlines()
    more = len(every) - lines
    return text if more <= 0 else "\n".join([*every[:lines], f"... {more} more in the file"])
