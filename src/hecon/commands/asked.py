"""What the commands of an analysis share: the case with its reading, and how an answer is printed and written."""

import json
import shlex
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hecon.cases import Case, find_case
from hecon.commands.screen import messages, waiting
from hecon.commands.study import Options, load, threshold_of
from hecon.digits import money_text
from hecon.errors import Fault, HeconError, InputError, nearest, raise_faults

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from hecon.inputs.book import Book
    from hecon.inputs.draws import Draws
    from hecon.outcomes import Outcomes
    from hecon.structure.lowering import Model

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
    """A case ready for an analysis: its model and book, and the perspective, threshold and reference to read it by."""

    case: Case
    model: "Model"
    book: "Book"
    base: "Outcomes"
    perspective: str
    wtp: float
    reference: str
    options: Options
    structures: "Mapping[str, Model]"

    @property
    def several(self) -> "Model | Mapping[str, Model]":
        """What scenarios run: the model, or all structures of the case where none was asked for."""
        return self.model if self.options.structure or len(self.structures) == 1 else self.structures

    @property
    def reading(self) -> dict[str, Any]:
        """Reference, perspective, threshold and effect as the analyses take them."""
        return {"reference": self.reference, "perspective": self.perspective, "wtp": self.wtp, "effect": self.effect}

    @property
    def effect(self) -> str:
        """What counts as effect: QALYs, unless the settings say otherwise."""
        return self.book.settings.get("effect", "") or "qaly"

    @property
    def per(self) -> str:
        """The threshold in words, such as "50,000 per QALY"; "cost alone" where no effect counts."""
        from hecon.analysis.totals import NONE, effect_word

        if self.effect == NONE:
            return "cost alone"
        return f"{money_text(self.wtp)} per {effect_word(self.effect)}"

    @property
    def money(self) -> str:
        """Currency and price year."""
        return f"{self.base.currency} {self.base.price_year}".strip() or "currency units"

    def comparisons(self, named: Sequence[str] = ()) -> list[str]:
        """The strategies compared with the reference: those named, or all others."""
        known = [name for name in self.base.strategies if name != self.reference]
        for name in named:
            if name not in known:
                hint = nearest(name, known)
                raise HeconError(
                    f"there is no comparison of '{name}' with {self.reference}{hint} (known: {', '.join(known)})"
                )
        if not known:
            raise HeconError(f"{self.case.name} has one strategy; an incremental analysis needs two")
        return list(named) or known

    def draws(self, n: int | None, seed: int | None) -> "Draws":
        """The draws of the PSA: as many as asked for, or as the settings say.

        Raises:
            InputError: no input is uncertain; draws or seed that neither the command line nor the settings give; fewer
                than two.
        """
        from hecon.report.study import CERTAIN

        settings = self.book.settings
        if not self.book.margins.varying:
            raise InputError(f"{self.book.case}: {CERTAIN}; give an input a distribution")
        faults = [
            Fault("settings", f"{name} is not given; write it there, or give --{name}")
            for name, value in (("draws", n), ("seed", seed))
            if value is None and not settings.get(name)
        ]
        raise_faults(faults, InputError, self.book.case)
        number = int(settings["draws"]) if n is None else n
        if number < 2:
            raise InputError(f"a probabilistic analysis needs at least 2 draws; got {number}")
        return self.book.sample(number, int(settings["seed"]) if seed is None else seed)

    def draws_if_any(self, n: int | None, seed: int | None) -> "Draws | None":
        """The draws, or None where 0 are asked for or no input is uncertain."""
        return None if n == 0 or not self.book.margins.varying else self.draws(n, seed)

    def psa(self, draws: "Draws") -> "Outcomes":
        """The model over the draws, with a bar on a terminal."""
        from hecon.evaluate.run import run

        with waiting(f"{draws.n:,} draws", draws.n) as done:
            return run(self.model, draws, progress=done)


def ask(
    name: str,
    perspective: str = "",
    wtp: float | None = None,
    reference: str = "",
    scenario: str = "",
    structure: str = "",
    keep: Sequence[str] = ("totals",),
) -> Asked:
    """Find and load a case and run its base case; what the command line leaves open, the settings say.

    Raises:
        InputError: a perspective or threshold that neither gives; both at once.
        HeconError: what finding, reading, loading and running raise; an unknown perspective or reference.
    """
    from hecon.analysis.totals import NONE
    from hecon.evaluate.run import run

    case = find_case(name)
    options = Options(perspective, wtp, reference, scenario=scenario, structure=structure)
    loaded = load(case, options)
    model, book = loaded.model, loaded.book
    settings = book.settings
    faults = [
        Fault("settings", f"{what} is not given; write it there, or give {option}")
        for what, value, option in (("perspective", perspective, "--perspective"), ("threshold", wtp, "--wtp"))
        if value in (None, "") and not settings.get(what) and (what != "threshold" or settings.get("effect") != NONE)
    ]
    raise_faults(faults, InputError, book.case)
    threshold = threshold_of(settings, wtp)
    if not 0 < threshold < float("inf"):
        raise InputError(f"the threshold must be above 0; got {threshold:g}")
    with waiting("base case"):
        base = run(model, book.base(), keep=keep)
    chosen = reference or settings.get("reference", "") or base.strategies[0]
    if chosen not in base.strategies:
        known = ", ".join(base.strategies)
        raise HeconError(f"there is no strategy '{chosen}'{nearest(chosen, base.strategies)} (known: {known})")
    base.sectors(perspective or settings["perspective"])
    read_by = perspective or settings["perspective"]
    return Asked(case, model, book, base, read_by, threshold, chosen, options, loaded.structures)


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
    from hecon.formula.program_text import program_fingerprint
    from hecon.report.folder import run_place, write_analysis
    from hecon.structure.lowering import lower

    started = datetime.now().astimezone()
    outputs = out or asked.case.outputs
    head = {
        "case": asked.case.name,
        "analysis": kind,
        **asked.reading,
        "currency": asked.base.currency,
        "price_year": asked.base.price_year,
        "scenario": asked.options.scenario or None,
        "strategies": list(asked.base.strategies),
    }
    about = {
        **head,
        "command": shlex.join(["hecon", *sys.argv[1:]]),
        "started": started.isoformat(timespec="seconds"),
        "input_fingerprint": asked.book.fingerprint(),
        "program_fingerprint": program_fingerprint(lower(asked.model, asked.book.settings)),
    }
    with waiting("writing files"), run_place(outputs, asked.case.name, name, started, f"{kind}-") as place:
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
