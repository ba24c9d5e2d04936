"""What the ten commands of an analysis share: their options, the case opened and run, the answer written and printed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from inspect import Parameter, signature
from typing import TYPE_CHECKING, Any

import typer

from hecon.cases import find_case, open_case
from hecon.commands import options as shared
from hecon.commands.options import Command, of_a_run, options_of, parameter, presented
from hecon.commands.screen import command_line, print_json, waiting
from hecon.report.answer import Answer, write_answer
from hecon.results.case import KEEP, Case, prepared, run_case
from hecon.results.jurisdiction_rules import told_changes
from hecon.results.options import Options

if TYPE_CHECKING:
    from hecon.results.analysis import Analysis

_READING = ("perspective", "wtp", "reference")
_CHANGES = ("currency", "price_year", "jurisdiction", "scheme")
_OUTPUT = (
    parameter("name", shared.Name, ""),
    parameter("out", shared.Out, None),
    parameter("as_one_json", shared.AsJson, False),
    parameter("no_figures", shared.NoFigures, False),
)


@dataclass(frozen=True)
class Asked:
    """What a command is asked: the case, the options of its run, and the comparisons to show, all where none is named."""

    case: Case
    options: Options
    comparisons: Sequence[str] = ()

    def run(self, keep: Sequence[Any] = KEEP, **changes: Any) -> "Analysis":
        """The case run with its options, or with some changed; `keep` is what the base case keeps."""
        return run_case(self.case, replace(self.options, **changes), keep=keep, watch=waiting)


def analysis_command(
    kind: str, *drawn: str, comparisons: bool = False, scenario: bool = True, scheme: bool = True
) -> Callable[[Callable[..., Answer]], Command]:
    """Make a command of a function that answers what is asked: `kind` names it and its folders.

    To the function's own options it adds the case, the options `drawn` of the PSA (without them the base case alone is run),
    how the run is read, and where the answer goes: printed, as text or JSON, and written to outputs/<case>/. Without `scheme` the
    run pays as the model stands.
    """
    names = [*drawn, *_READING, *(["scenario", "scenario_file"] if scenario else []), "structure", *_CHANGES]
    names = [one for one in names if one != "scheme" or scheme]

    def decorated(function: Callable[..., Answer]) -> Command:
        def command(
            *, case: str, name: str, out: Any, as_one_json: bool, no_figures: bool, compared: Any = None, **given: Any
        ) -> None:
            files = find_case(case)
            options = options_of({one: given.pop(one) for one in names} | ({} if drawn else {"draws": 0}))
            case_asked = prepared(open_case(files, mixed=options.converts), options)
            done = replace(options, currency="", price_year=None, jurisdiction="", scheme="", scenario_file=None)
            answer = function(Asked(case_asked, done, compared or ()), **given)
            with waiting("writing files"):
                whole = write_answer(
                    answer, kind, out or files.outputs, name=name, command=command_line(), figures=not no_figures
                )
            if as_one_json:
                print_json(whole)
                return
            for line in told_changes(case_asked.book):
                typer.echo(line)
            for text in answer.texts:
                typer.echo(f"{text}\n")
            typer.echo(f"Files: {whole['folder']}")

        _, *own = signature(function).parameters.values()
        run = [of_a_run(one) for one in names]
        if comparisons:
            run.insert(names.index("reference") + 1, parameter("compared", shared.Comparisons, None))
        own = [one.replace(kind=Parameter.KEYWORD_ONLY) for one in own]
        presented(command, function, [parameter("case", shared.CaseName), *own, *run, *_OUTPUT])
        command.__name__ = kind
        return command

    return decorated
