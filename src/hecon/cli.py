"""The command line: `hecon run CASE` and its sisters; what each does stands in commands/, one file per group of verbs.

Exit codes: 0, 1 for a user's mistake (one message, no traceback), 2 for wrong usage, 130 for Ctrl-C; a bug shows its
traceback.
"""

import errno
import os
import sys
from contextlib import suppress
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from hecon.commands.atlas import write_atlas_of_cases
from hecon.commands.breakdown import break_down
from hecon.commands.budget import budget_impact
from hecon.commands.ceac import show_acceptability
from hecon.commands.check import check_case
from hecon.commands.cheers import print_checklist
from hecon.commands.dsa import one_way_sensitivity
from hecon.commands.evidence import show_evidence
from hecon.commands.fairness import show_fairness
from hecon.commands.from_workbook import inputs_from_workbook
from hecon.commands.gsa import global_sensitivity_analysis
from hecon.commands.headroom import show_headroom
from hecon.commands.hospital import show_hospital
from hecon.commands.inputs import inputs_app
from hecon.commands.jurisdictions import list_jurisdictions
from hecon.commands.new import new_case
from hecon.commands.page import page
from hecon.commands.patients import show_patients
from hecon.commands.price import find_price
from hecon.commands.report import write_report
from hecon.commands.run import run_case
from hecon.commands.scenarios import run_scenarios
from hecon.commands.scheme import compare_agreements
from hecon.commands.show import explain_name, list_cases, print_appendix, print_tree
from hecon.commands.subgroups import run_subgroups
from hecon.commands.survival import survival_app
from hecon.commands.threshold import find_thresholds
from hecon.commands.twin import twin
from hecon.commands.twoway import two_way_sensitivity
from hecon.commands.verify import verify_case
from hecon.commands.verify_page import verify_page
from hecon.commands.verify_workbook import verify_workbook
from hecon.commands.voi import show_value_of_information
from hecon.commands.volume import show_volume
from hecon.errors import TOO_DEEP, HeconError
from hecon.files import placed
from hecon.progress import shown

_REFUSALS = (
    errno.ENOSPC,
    errno.EFBIG,
    errno.EDQUOT,
    errno.EROFS,
    errno.EACCES,
    errno.EPERM,
    errno.EIO,
    errno.ENAMETOOLONG,
)


class Group(TyperGroup):
    """Commands whose HeconErrors, and refusals of the system, become one message on stderr and exit code 1."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command asked for."""
        with placed() as there:
            try:
                with shown():
                    return super().invoke(ctx)
            except KeyboardInterrupt:
                whole = ", ".join(map(str, there))
                typer.echo(f"Stopped; {f'{whole}: written, and whole' if whole else 'nothing was written'}", err=True)
                raise typer.Exit(130) from None
            except (HeconError, RecursionError, MemoryError, OSError) as error:
                _tell(error)
                raise typer.Exit(1) from None


def _tell(error: Exception) -> None:
    """Print what a user can be told of an error; what is a bug goes on."""
    words = _words(error)
    if words is None:
        raise error
    with suppress(OSError):  # stderr may be closed too
        typer.echo(f"hecon: {words}", err=True)


def _words(error: Exception) -> str | None:
    """What a user can be told of an error; None for what is a bug, which shows its traceback."""
    match error:
        case HeconError():
            return str(error)
        case RecursionError():
            return TOO_DEEP
        case MemoryError():
            return f"there is not enough memory ({error or 'nothing more is given'}); ask for fewer draws, or keep less of them"
        case OSError(errno=errno.EPIPE):
            _forget_output()
            return "the reader of the output closed it early; the files of the command are written nevertheless"
        case OSError(errno=code) if code in _REFUSALS:
            if error.filename is None:
                _forget_output()
            return f"{error.filename or 'the output'}: cannot be written ({error.strerror})"
    return None


def _forget_output() -> None:
    """Let what is still waiting to be printed go nowhere, so that it does not fail again at the end."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


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
app.command("jurisdictions")(list_jurisdictions)
app.command("check")(check_case)
app.command("verify")(verify_case)
app.command("explain")(explain_name)
app.command("tree")(print_tree)
app.command("appendix")(print_appendix)
app.command("cheers")(print_checklist)
app.command("new")(new_case)
for command in (
    one_way_sensitivity,
    two_way_sensitivity,
    run_scenarios,
    find_thresholds,
    find_price,
    compare_agreements,
    show_patients,
    global_sensitivity_analysis,
    run_subgroups,
    show_fairness,
    break_down,
    budget_impact,
    twin,
    page,
    verify_page,
    verify_workbook,
    show_acceptability,
    show_value_of_information,
    show_hospital,
    show_volume,
):
    app.command()(command)
app.command("report")(write_report)
app.command("evidence")(show_evidence)
app.command("headroom")(show_headroom)
app.command("atlas")(write_atlas_of_cases)
app.add_typer(inputs_app, name="inputs")
app.add_typer(survival_app, name="survival")
inputs_app.command("from-workbook")(inputs_from_workbook)


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
