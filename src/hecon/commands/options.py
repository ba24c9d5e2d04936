"""The options that several commands take, each declared once; `takes` gives a command those of a run."""

from collections.abc import Callable, Mapping, Sequence
from functools import update_wrapper
from inspect import Parameter, Signature, signature
from pathlib import Path
from typing import Annotated, Any

import typer

from hecon.results.options import Options, named

Command = Callable[..., None]

CaseName = Annotated[str, typer.Argument(metavar="CASE|PATH", help="A case's name, or its model folder or inputs.")]
Draws = Annotated[int | None, typer.Option(min=0, metavar="N", help="Draws of the PSA; 0 runs the base case only.")]
Seed = Annotated[int | None, typer.Option(min=0, metavar="S", help="Seed of the draws.")]
Sampling = Annotated[str, typer.Option(metavar="METHOD", help="independent, latin-hypercube or sobol.")]
DrawsFile = Annotated[
    Path | None, typer.Option(metavar="CSV", help="A CSV file of draws made elsewhere; they replace sampling.")
]
Perspective = Annotated[
    str, typer.Option(metavar="P", help="payer, health care sector, societal, or a further one of the case.")
]
Wtp = Annotated[float | None, typer.Option(metavar="K", help="Threshold, in currency per QALY.")]
Reference = Annotated[str, typer.Option(metavar="NAME", help="Strategy that others are compared with.")]
Strategies = Annotated[
    list[str] | None, typer.Option("--strategy", metavar="NAME", help="Only this strategy; may be repeated.")
]
Comparisons = Annotated[
    list[str] | None, typer.Option("--strategy", metavar="NAME", help="Only this comparison; may be repeated.")
]
Currency = Annotated[str, typer.Option(metavar="CODE", help="Convert all amounts to this currency, such as EUR.")]
PriceYear = Annotated[int | None, typer.Option(metavar="YEAR", help="Convert all amounts to prices of this year.")]
Rules = Annotated[str, typer.Option(metavar="CODE", help="Apply the rules of a jurisdiction, such as NLD.")]
Scheme = Annotated[str, typer.Option(metavar="NAME", help="Pay as this agreement of schemes.csv says.")]
Scenario = Annotated[str, typer.Option(metavar="NAME", help="Change the inputs as this scenario does.")]
ScenarioFile = Annotated[
    Path | None,
    typer.Option(metavar="CSV", help="The scenario's rows, as in scenarios.csv; the page writes such a file."),
]
Structure = Annotated[str, typer.Option(metavar="NAME", help="Structure, if the case has several.")]
Inputs = Annotated[list[str] | None, typer.Option("--input", metavar="NAME", help="Only this input; may be repeated.")]
Name = Annotated[str, typer.Option(metavar="NAME", help="End of the folder's name; the time by default.")]
Out = Annotated[Path | None, typer.Option(metavar="DIR", help="Folder for the results; outputs/ by default.")]
OutFile = Annotated[Path | None, typer.Option(metavar="FILE", help="Write to this file, not to the terminal.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]
NoFigures = Annotated[bool, typer.Option("--no-figures", help="Write no figures.")]
NoWorkbook = Annotated[bool, typer.Option("--no-workbook", help="Write no executable workbook.")]
Force = Annotated[bool, typer.Option("--force", help="Replace files that exist.")]
Redact = Annotated[
    str, typer.Option(metavar="NAMES", help="Withhold these inputs and everything that depends on them.")
]
Show = Annotated[
    str, typer.Option(metavar="NAMES", help="With --redact: results to show nevertheless, such as cost:car_t.")
]

OF_A_RUN: Mapping[str, Any] = {
    "draws": Draws,
    "seed": Seed,
    "perspective": Perspective,
    "wtp": Wtp,
    "strategies": Strategies,
    "reference": Reference,
    "scenario": Scenario,
    "scenario_file": ScenarioFile,
    "structure": Structure,
    "sampling": Sampling,
    "draws_file": DrawsFile,
    "currency": Currency,
    "price_year": PriceYear,
    "jurisdiction": Rules,
    "scheme": Scheme,
}  # as the fields of Options are named
_EMPTY = Options()


def takes(*names: str) -> Callable[[Command], Command]:
    """Put options of a run, all unless some are named, in the place of a command's parameter `options`.

    The command is given the Options made of them.
    """
    shared = names or tuple(OF_A_RUN)

    def decorated(function: Command) -> Command:
        def command(**given: Any) -> None:
            options = options_of({name: given.pop(name) for name in shared})
            function(**given, options=options)

        spread: list[Parameter] = []
        for one in signature(function).parameters.values():
            spread += map(of_a_run, shared) if one.name == "options" else [one.replace(kind=Parameter.KEYWORD_ONLY)]
        return presented(command, function, spread)

    return decorated


def options_of(given: Mapping[str, Any]) -> Options:
    """The options of a run as the command line gives them."""
    chosen = dict(given)
    if "strategies" in chosen:
        chosen["strategies"] = tuple(chosen["strategies"] or ())
    return named(Options(**chosen, as_flags=True))


def of_a_run(name: str) -> Parameter:
    """An option of a run as a parameter; left out, it is open."""
    return parameter(name, OF_A_RUN[name], "" if getattr(_EMPTY, name) == "" else None)


def parameter(name: str, kind: Any, default: Any = Parameter.empty) -> Parameter:
    """A parameter by its name alone, as typer calls a command."""
    return Parameter(name, Parameter.KEYWORD_ONLY, default=default, annotation=kind)


def presented(command: Command, function: Callable[..., Any], parameters: Sequence[Parameter]) -> Command:
    """The command with the name and help of a function, and these parameters for typer, which reads the signature."""
    update_wrapper(command, function)
    command.__annotations__ = {one.name: one.annotation for one in parameters}
    vars(command)["__signature__"] = Signature(parameters)
    return command
