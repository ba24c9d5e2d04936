"""`hecon ceac`: how sure the decision is; acceptability, expected loss, EVPI, and whether there are enough draws."""

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hecon.commands.asked import (
    AsJson,
    Asked,
    Name,
    NoFigures,
    Out,
    Perspective,
    Reference,
    Wtp,
    answer,
    ask,
    tell,
    with_draws,
)
from hecon.commands.run import CaseName, Draws, Sampling, Scenario, Seed, Structure
from hecon.commands.screen import waiting
from hecon.digits import money_text
from hecon.errors import InputError
from hecon.results.options import Options, complete, sampling_of

if TYPE_CHECKING:
    from hecon.analysis.voi.until_stable import Growth


def show_acceptability(
    case: CaseName,
    until_stable: Annotated[
        bool, typer.Option("--until-stable", help="Double the draws until they meet the precision.")
    ] = False,
    precision: Annotated[
        float | None, typer.Option(metavar="X", help="95% half-width of INMB and EVPI, in currency.")
    ] = None,
    most: Annotated[int, typer.Option(min=2, metavar="N", help="Draws at which growing stops.")] = 1_048_576,
    draws: Draws = None,
    seed: Seed = None,
    sampling: Sampling = "",
    perspective: Perspective = "",
    wtp: Wtp = None,
    reference: Reference = "",
    scenario: Scenario = "",
    structure: Structure = "",
    name: Name = "",
    out: Out = None,
    as_one_json: AsJson = False,
    no_figures: NoFigures = False,
) -> None:
    """Acceptability curves and frontier, expected loss, EVPI, their Monte Carlo errors, and running means."""
    import pandas as pd

    from hecon.figures.ceac_figures import expected_loss_figure, running_figure
    from hecon.figures.figures import acceptability_figure
    from hecon.report.folder import records

    options = Options(
        perspective, wtp, reference, draws, seed, sampling, scenario=scenario, structure=structure, as_flags=True
    )
    if until_stable:
        asked, grown = _grown(case, options, precision, most)
    else:
        asked, grown = ask(case, options), None
    analysis = asked.analysis
    within = _precision(asked, precision, until_stable)
    sampled, _ = with_draws(analysis)
    if sampled.method not in ("independent", "external") and grown is None:
        tell(f"Standard errors are those of independent draws; they are too large for {sampled.method}.")
    curves, at, found = analysis.acceptability(), analysis.at_threshold(), analysis.convergence(within)
    here = pd.DataFrame(at.columns())
    frames = {"acceptability": curves.to_frame(), "at_threshold": here, "convergence": pd.DataFrame(found.columns())}
    if grown is not None:
        frames["growth"] = pd.DataFrame([vars(step) for step in grown.steps])
    texts = [
        f"{sampled.n:,} draws, {sampled.method}; {analysis.perspective} perspective; at {analysis.per} ({analysis.money})",
        _table(at),
        f"EVPI {money_text(at.evpi[0])} (standard error {money_text(at.evpi_se[0])}) per patient; best on average "
        f"{at.strategies[at.best[0]]}; choosing it by these draws loses {found.mistake:,.1f} on average",
        _verdict(within, grown, found.figures),
    ]
    result: dict[str, Any] = {
        "draws": sampled.n,
        "seed": sampled.seed,
        "sampling": sampled.method,
        "best": at.strategies[at.best[0]],
        "evpi": float(at.evpi[0]),
        "evpi_se": float(at.evpi_se[0]),
        "mistake": found.mistake,
        "precision": within,
        "stable": None if grown is None else grown.stable,
        "steps": [] if grown is None else [vars(step) for step in grown.steps],
        "at_wtp": records(here),
        "convergence": records(frames["convergence"]),
    }
    labels = analysis.base.labels
    answer(
        asked, "ceac", [text for text in texts if text], frames,
        lambda: {
            "acceptability": acceptability_figure(analysis),
            "expected_loss": expected_loss_figure(curves, labels, analysis.wtp, analysis.money, analysis.effect_word),
            "running": running_figure(found, labels, within, analysis.money),
        },
        result, name=name, out=out, as_json=as_one_json, no_figures=no_figures,
    )  # fmt: skip


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("ceac")(show_acceptability)


def _precision(asked: Asked, given: float | None, needed: bool) -> float | None:
    """The half-width asked for, that of the settings, or None."""
    text = asked.book.settings.get("precision", "")
    within = given if given is not None else float(text) if text else None
    if within is not None and not within > 0:
        raise InputError(f"the precision must be above 0; got {within:g}")
    if needed and within is None:
        raise InputError(
            f"{asked.book.case}: --until-stable needs a precision, in currency; write it in the settings, or give "
            "--precision"
        )
    return within


def _grown(name: str, options: Options, precision: float | None, most: int) -> "tuple[Asked, Growth]":
    """The case with as many draws as the precision takes."""
    from hecon.analysis.voi.until_stable import until_stable
    from hecon.evaluate.run import run

    if options.draws is not None:
        raise InputError("--until-stable chooses the number of draws; leave out --draws, or bound it with --most")
    asked = ask(name, replace(options, draws=0))
    within, analysis = _precision(asked, precision, needed=True), asked.analysis
    sample = sampling_of(asked.book, complete(asked.book, replace(options, draws=2)))
    model, _ = analysis.at_hand()
    assert within is not None
    assert sample is not None
    _, first, method = sample
    with waiting("growing the analysis"):
        grown = until_stable(
            lambda draws: run(model, draws), asked.book, within=within, seed=first, method=method, most=most,
            **analysis.reading,
        )  # fmt: skip
    return replace(asked, analysis=replace(analysis, draws=grown.draws, psa=grown.outcomes)), grown


def _table(at: Any) -> str:
    from hecon.analysis.cost_effectiveness.plain import plain_table

    rows = [
        [name, f"{at.ceac[k, 0]:.3f}", f"{at.ceac_se[k, 0]:.3f}", money_text(at.elc[k, 0]), money_text(at.elc_se[k, 0])]
        for k, name in enumerate(at.strategies)
    ]
    return plain_table(["strategy", "P(best)", "SE", "expected loss", "SE"], rows)


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
