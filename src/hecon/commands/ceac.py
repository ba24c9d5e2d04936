"""`hecon ceac`: how sure the decision is; acceptability, expected loss, EVPI, and whether there are enough draws."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from hecon.commands.analysis_command import Asked, analysis_command
from hecon.commands.screen import tell, waiting
from hecon.digits import money_text
from hecon.report.answer import Answer
from hecon.report.folder import records

if TYPE_CHECKING:
    from hecon.analysis.cost_effectiveness.acceptability import Acceptability
    from hecon.analysis.voi.until_stable import Growth


@analysis_command("ceac", "draws", "seed", "sampling")
def show_acceptability(
    asked: Asked,
    until_stable: Annotated[
        bool, typer.Option("--until-stable", help="Double the draws until they meet the precision.")
    ] = False,
    precision: Annotated[
        float | None, typer.Option(metavar="X", help="Wanted 95% half-width of INMB and EVPI, in currency.")
    ] = None,
    most: Annotated[int, typer.Option(min=2, metavar="N", help="Largest number of draws.")] = 1_048_576,
) -> Answer:
    """Acceptability curves and frontier, expected loss, EVPI, their Monte Carlo errors, and running means."""
    import pandas as pd

    from hecon.figures.ceac_figures import acceptability_figure, expected_loss_figure, running_figure
    from hecon.results.stable import precision_of, run_until_stable
    from hecon.results.value import with_draws

    grown = None
    if until_stable:
        analysis, grown = run_until_stable(asked.case, asked.options, precision, most, waiting)
    else:
        analysis = asked.run(keep=("totals",))
    _, book = analysis.at_hand()
    within = precision_of(book.settings, precision)
    sampled, _ = with_draws(analysis)
    if sampled.method not in ("independent", "external") and grown is None:
        tell(f"Standard errors are those of independent draws; they are too large for {sampled.method}.")
    curves, at, found = analysis.acceptability(), analysis.at_threshold(), analysis.convergence(within)
    here = pd.DataFrame(at.columns())
    frames = {"acceptability": curves.to_frame(), "at_threshold": here, "convergence": pd.DataFrame(found.columns())}
    steps = [] if grown is None else [vars(step) for step in grown.steps]
    if grown is not None:
        frames["growth"] = pd.DataFrame(steps)
    best, labels = at.strategies[at.best[0]], analysis.base.labels
    texts = [
        f"{sampled.n:,} draws, {sampled.method}; {analysis.perspective} perspective; at {analysis.per} ({analysis.money})",
        _table(at),
        f"EVPI {money_text(at.evpi[0])} (standard error {money_text(at.evpi_se[0])}) per patient; best on average "
        f"{best}; choosing it by these draws loses {found.mistake:,.1f} on average",
        _verdict(within, grown, found.figures),
    ]
    result: dict[str, Any] = {
        "draws": sampled.n,
        "seed": sampled.seed,
        "sampling": sampled.method,
        "best": best,
        "evpi": float(at.evpi[0]),
        "evpi_se": float(at.evpi_se[0]),
        "mistake": found.mistake,
        "precision": within,
        "stable": None if grown is None else grown.stable,
        "steps": steps,
        "at_wtp": records(here),
        "convergence": records(frames["convergence"]),
    }
    return Answer(
        analysis, [text for text in texts if text], frames, result,
        lambda: {
            "acceptability": acceptability_figure(
                analysis.acceptability(), labels, analysis.wtp, analysis.money, analysis.effect_word
            ),
            "expected_loss": expected_loss_figure(curves, labels, analysis.wtp, analysis.money, analysis.effect_word),
            "running": running_figure(found, labels, within, analysis.money),
        },
    )  # fmt: skip


def _table(at: "Acceptability") -> str:
    from hecon.grid import plain_text
    from hecon.results.layouts.decision import loss_grid

    return plain_text(loss_grid(at))


def _verdict(within: float | None, grown: "Growth | None", figures: Any) -> str:
    """Whether the draws meet the precision, or how many would."""
    if within is None:
        return ""
    if grown is not None:
        last = grown.steps[-1]
        met = "Stable" if grown.stable else "NOT stable, stopped at the most draws allowed"
        return (
            f"{met}: 95% half-widths of INMB {money_text(last.inmb)} and EVPI {money_text(last.evpi)}, mistake "
            f"{last.mistake:,.1f}; wanted {money_text(within)}"
        )
    needed = max(one.needed or 0 for one in figures)
    return f"A 95% half-width of {money_text(within)} needs about {needed:,} independent draws"
