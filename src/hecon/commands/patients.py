"""`hecon patients`: the money of a few patients under an agreement, beside what a cohort says."""

from typing import Annotated, Any

import typer

from hecon.commands.analysis_command import Asked, analysis_command
from hecon.errors import InputError
from hecon.report.answer import Answer
from hecon.report.folder import records


@analysis_command("patients", "draws", "seed", scheme=False)
def show_patients(
    asked: Asked,
    scheme: Annotated[str, typer.Option(metavar="NAME", help="This agreement of schemes.csv.")] = "",
    only: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Only this agreement; may be repeated.")
    ] = None,
    n: Annotated[str, typer.Option(metavar="N,N,...", help="Numbers of patients intended.")] = "5,10,20,50,100",
    years: Annotated[
        float | None, typer.Option(min=0, metavar="Y", help="Count what falls due before Y years from the decision.")
    ] = None,
    learning: Annotated[
        bool, typer.Option("--learning", help="Tell what the agreements' assessments reveal too.")
    ] = False,
    real_life: Annotated[
        bool, typer.Option("--real-life", help="Compare the agreements too if a condition is kept, or lost faster.")
    ] = False,
    hazard: Annotated[
        float, typer.Option(metavar="X", help="With --real-life: the hazard of losing it times X.")
    ] = 2.0,
    condition: Annotated[
        str, typer.Option(metavar="STATES", help="With --real-life: what may be lost; the first condition by default.")
    ] = "",
    reserve: Annotated[
        float | None, typer.Option(metavar="MONEY", help="Money per patient intended that the outlay may exceed.")
    ] = None,
    refunded: Annotated[
        float | None, typer.Option(metavar="MONEY", help="Money per patient intended that the refund may exceed.")
    ] = None,
) -> Answer:
    """The money of N patients under each agreement: percentiles by parameters alone and with patients' chance."""
    from hecon.figures.patients_figure import patients_figure

    try:
        sizes = sorted({int(part) for part in n.split(",")})
    except ValueError:
        raise InputError(f"--n takes whole numbers with commas between, such as 5,10,20; got '{n}'") from None
    analysis = asked.run()
    names = [*([scheme] if scheme else []), *(only or ())]
    found = analysis.patients(names, sizes, until=years, reserve=reserve, refunded=refunded)
    frame = found.to_frame()
    sentences = [one for size in dict.fromkeys((sizes[0], sizes[-1])) for one in found.sentences(size)]
    result: dict[str, Any] = {
        "draws": found.draws,
        "until": found.until,
        "levels": list(found.levels),
        "nobody": found.nobody,
    }
    result |= {"sentences": sentences, "rows": records(frame)}
    tables = {"patients": frame}
    texts = [str(found), *(found.sentences(sizes[-1]) if len(sizes) > 1 else ())]
    if learning:
        learnt = analysis.revealed(names, sizes)
        tables["revealed"] = learnt.to_frame()
        texts.append(str(learnt))
        result["revealed"] = {"sentence": learnt.sentence, "rows": records(tables["revealed"])}
    if real_life:
        worlds = analysis.real_life(names, hazard, condition)
        tables["real_life"] = worlds.to_frame()
        texts.append(str(worlds))
        result["real_life"] = {"condition": worlds.condition, "hazard": hazard, "rows": records(tables["real_life"])}
        result["real_life"]["refused"] = list(worlds.refused)
        result["real_life"]["sentences"] = list(worlds.sentences())
    return Answer(
        analysis, texts, tables, result,
        lambda: {f"patients_{name}": patients_figure(found, name) for name in found.agreements},
    )  # fmt: skip
