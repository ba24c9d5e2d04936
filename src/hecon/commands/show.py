"""Commands that show without running a PSA: `hecon list`, `explain`, `tree` and `appendix`."""

from pathlib import Path
from typing import Annotated

import typer

from hecon.cases import NO_HOME, case_names, find_case, find_home, load_models, open_case
from hecon.commands.options import CaseName, Force, OutFile, Structure, takes
from hecon.commands.screen import refuse_to_replace, results
from hecon.errors import HeconError, InputError
from hecon.files import whole_file
from hecon.results.case import as_asked
from hecon.results.options import Options, make_draws


def list_cases() -> None:
    """List the cases in models/ and inputs/."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    home = find_home(Path.cwd())
    if home is None:
        raise InputError(NO_HOME)
    table = Table(box=box.SIMPLE_HEAD)
    for heading in ("Case", "Title", "Strategies", "Inputs"):
        table.add_column(heading)
    for name in case_names(home):
        try:
            case = find_case(name, home)
            models = load_models(case)
            title = " / ".join(dict.fromkeys(str(model.title) for model in models.values()))
            strategies = ", ".join(dict.fromkeys(s.name for model in models.values() for s in model.strategies))
            cells = (name, title, strategies, str(case.inputs))
        except HeconError as error:
            cells = (name, str(error).splitlines()[0], "", "")
        table.add_row(*map(Text, cells))
    results().print(table)


@takes("draws", "seed", "sampling", "draws_file", "scenario", "scenario_file", "structure", "scheme")
def explain_name(
    case: CaseName,
    name: Annotated[str, typer.Argument(help="A formula, an input or an item.")],
    strategy: Annotated[str, typer.Option(metavar="NAME", help="The strategy; the first by default.")] = "",
    cycle: Annotated[int, typer.Option(min=0, metavar="K", help="The cycle.")] = 0,
    draw: Annotated[
        int | None, typer.Option(min=0, metavar="K", help="The draw of the PSA; the base case by default.")
    ] = None,
    block: Annotated[str, typer.Option(metavar="NAME", help="The block, if the strategy has several.")] = "",
    *,
    options: Options,
) -> None:
    """Explain a number: its formula, the formula with numbers, and its operands down to inputs and sources."""
    from hecon.evaluate.explaining.explain import explain
    from hecon.structure.lowering import lower

    opened = as_asked(open_case(case), options)
    model, book = opened.choose(options.structure), opened.book
    sampled = book.base() if draw is None else make_draws(book, options)
    if sampled is None or (draw is not None and draw >= sampled.n):
        raise InputError(f"there is no draw {draw}: there are {0 if sampled is None else sampled.n}, counted from 0")
    first = lower(model, book.settings).strategies[0][0]
    found = explain(model, sampled, name, strategy=strategy or first, cycle=cycle, draw=draw or 0, block=block or None)
    typer.echo(str(found))


def print_tree(case: CaseName, structure: Structure = "", out: OutFile = None, force: Force = False) -> None:
    """Draw a case's decision tree: as text, or with --out as a picture (PNG, SVG or PDF by its ending)."""
    from hecon.figures.tree_drawing import draw_tree, draw_tree_text

    refuse_to_replace(force, out)
    model = open_case(case).choose(structure)
    if out is None:
        typer.echo(draw_tree_text(model))
    else:
        draw_tree(model, out)
        typer.echo(f"Wrote {out}")


@takes("scenario", "scenario_file", "structure")
def print_appendix(case: CaseName, *, options: Options, out: OutFile = None, force: Force = False) -> None:
    """Print a whole model as Markdown: structure, formulas, inputs and sources, as a paper's appendix needs them."""
    from hecon.report.appendix import appendix

    refuse_to_replace(force, out)
    opened = as_asked(open_case(case), options)
    text = appendix(opened.choose(options.structure), opened.book)
    if out is None:
        typer.echo(text)
        return
    if not out.parent.is_dir():
        raise InputError(f"{out}: there is no folder {out.parent}")
    with whole_file(out) as draft:
        draft.write_text(text, encoding="utf-8")
    typer.echo(f"Wrote {out}")
