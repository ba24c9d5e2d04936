"""The command line: `hecon run CASE` and its sisters; what each does stands in commands/, one file per group of verbs.

Exit codes: 0, 1 for a user's mistake (one message, no traceback), 2 for wrong usage; a bug shows its traceback.
"""

from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from hecon.commands import (
    breakdown,
    ceac,
    dsa,
    from_workbook,
    gsa,
    price,
    report,
    scenarios,
    subgroups,
    survival,
    threshold,
    twin,
    twoway,
    verify_workbook,
    voi,
)
from hecon.commands.check import check_case
from hecon.commands.inputs import inputs_app
from hecon.commands.new import new_case
from hecon.commands.run import run_case
from hecon.commands.show import explain_name, list_cases, print_appendix, print_tree
from hecon.errors import HeconError


class Group(TyperGroup):
    """Commands whose HeconErrors become one message on stderr and exit code 1."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command asked for."""
        try:
            return super().invoke(ctx)
        except HeconError as error:
            typer.echo(f"hecon: {error}", err=True)
            raise typer.Exit(1) from None


app = typer.Typer(
    cls=Group,
    help="Cost-effectiveness models written once, run over every draw at once, and explained to the last number.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("list")(list_cases)
app.command("run")(run_case)
app.command("check")(check_case)
app.command("explain")(explain_name)
app.command("tree")(print_tree)
app.command("appendix")(print_appendix)
app.add_typer(inputs_app, name="inputs")
app.command("new")(new_case)
for analysis in (
    dsa,
    twoway,
    scenarios,
    threshold,
    price,
    gsa,
    subgroups,
    breakdown,
    survival,
    twin,
    verify_workbook,
    ceac,
    voi,
    report,
):
    analysis.register(app)
from_workbook.register(inputs_app)


def main() -> None:
    """Run the command line on the arguments of the process."""
    app(prog_name="hecon")


def _print_version(asked: bool) -> None:
    if asked:
        from hecon import __version__

        typer.echo(f"hecon {__version__}")
        raise typer.Exit


@app.callback()
def _hecon(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    """Options that stand before any command."""
