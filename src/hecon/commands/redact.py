"""`--redact` of `hecon run`, `twin` and `page`: the confidential files written, and told on stderr what they withhold."""

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from hecon.commands.screen import command_line, print_json, results, tell, waiting

if TYPE_CHECKING:
    from hecon.cases import CaseFiles
    from hecon.confidential.plan import Confidential
    from hecon.results.options import Options


def run_confidential(
    case: "CaseFiles", options: "Options", redact: str, show: str, *, outputs: Path, name: str, as_one_json: bool,
    figures: bool, workbook: bool,
) -> None:  # fmt: skip
    """What `hecon run --redact` does: plan, write, print."""
    from hecon.confidential.redacted_folder import LEFT_OUT, outcome_grid
    from hecon.confidential.write import write_confidential_run, write_salt
    from hecon.grid import rich_table

    plan, salt = _planned(case, options, redact, show)
    folder = write_confidential_run(
        plan, outputs, name, command_line(), figures, workbook, waiting, lambda words: tell(words, "yellow")
    )
    file = write_salt(folder, salt)
    if as_one_json:
        found = json.loads((folder / "results.json").read_text(encoding="utf-8"))
        print_json({**found, "folder": str(folder)})
    else:
        base = replace(plan, sample=None).public().base
        results().print(rich_table(outcome_grid(base, plan.withheld, plan.reading)))
        results().print(LEFT_OUT, markup=False, soft_wrap=True)
        results().print(f"Files: {folder}", markup=False, soft_wrap=True)
    _tell(plan, salt, file)


def twin_confidential(case: "CaseFiles", options: "Options", redact: str, show: str, target: Path) -> None:
    """What `hecon twin --redact` does."""
    from hecon.confidential.write import write_confidential_twin, write_salt

    plan, salt = _planned(case, options, redact, show)
    write_confidential_twin(plan, target, waiting)
    file = write_salt(target, salt)
    typer.echo(f"Wrote {target}")
    _tell(plan, salt, file)


def page_confidential(case: "CaseFiles", options: "Options", redact: str, show: str, target: Path) -> None:
    """What `hecon page --redact` does."""
    from hecon.confidential.write import write_confidential_page, write_salt

    plan, salt = _planned(case, options, redact, show)
    write_confidential_page(plan, target, waiting)
    file = write_salt(target, salt)
    typer.echo(f"Wrote {target} ({target.stat().st_size / 1e6:.1f} MB)")
    _tell(plan, salt, file, page=True)


def _planned(case: "CaseFiles", options: "Options", redact: str, show: str) -> "tuple[Confidential, bytes]":
    from hecon.confidential.plan import plan_confidential

    if not redact:
        raise typer.BadParameter("--show says what --redact may show all the same: give --redact too")
    return plan_confidential(case, options, redact, show)


def _tell(plan: "Confidential", salt: bytes, file: Path, page: bool = False) -> None:
    """On stderr: what is withheld, what is shown and what follows, and the salt, once."""
    from hecon.confidential.plan import confidential_remarks

    for line in confidential_remarks(plan, page):
        tell(line)
    tell(f"Salt (also in {file}; keep it, and do not hand it over): {salt.hex()}")
