"""`hecon scheme`: which payment agreement, at equal expected payment; its cash, its real lives, what is collected of it."""

from typing import Annotated, Any

import typer

from hecon.commands.analysis_command import Asked, analysis_command
from hecon.errors import InputError
from hecon.report.answer import Answer, first_lines
from hecon.report.folder import records

_LINES = 40


@analysis_command("scheme", "draws", "seed", "sampling", "draws_file")
def compare_agreements(
    asked: Asked,
    only: Annotated[
        list[str] | None, typer.Option("--only", metavar="NAME", help="Only this agreement; may be repeated.")
    ] = None,
    at: Annotated[
        str, typer.Option(metavar="PRICES", help="equal (expected payment), or own prices of the agreements.")
    ] = "equal",
    payment: Annotated[
        float | None, typer.Option(metavar="X", help="Expected payment at equal; the first agreement's by default.")
    ] = None,
    by: Annotated[str, typer.Option(metavar="PERIOD", help="Cash by year, quarter or month.")] = "year",
    years: Annotated[int | None, typer.Option(min=1, metavar="N", help="Years of cash; at least 5 by default.")] = None,
    enrolment: Annotated[
        float | None, typer.Option(metavar="N", help="Cash for so many patients a year; per patient by default.")
    ] = None,
    capture: Annotated[
        float | None, typer.Option(metavar="SHARE", help="Share of losses of a condition that is recorded.")
    ] = None,
    lost: Annotated[float, typer.Option(metavar="RATE", help="Rate a year of loss to follow-up.")] = 0.0,
    late: Annotated[float, typer.Option(metavar="MONTHS", help="Months by which refunds come late.")] = 0.0,
    churn: Annotated[float, typer.Option(metavar="RATE", help="Rate a year of moving to another payer.")] = 0.0,
    next_instalment: Annotated[
        str, typer.Option(metavar="WHO", help="Who owes it after a move: old payer, new payer or nobody.")
    ] = "",
    refund_to: Annotated[
        str, typer.Option(metavar="WHO", help="Who gets it after a move: old payer, new payer or nobody.")
    ] = "",
    rebate: Annotated[
        float | None, typer.Option(metavar="SHARE", help="The plain rebate to beat; that of equal payment by default.")
    ] = None,
) -> Answer:
    """Payment agreements of schemes.csv side by side: payment, decision, risk, cash flow and capture."""
    from hecon.analysis.paying.capture import Collection
    from hecon.figures.paying_figures import agreement_figure, cash_figure

    asked_for = [name for name, value in (("lost", lost), ("late", late), ("churn", churn)) if value]
    if capture is None and (asked_for or rebate is not None or next_instalment or refund_to):
        raise InputError("what is collected needs the share of losses that is recorded: give --capture")
    how: dict[str, Any] = {
        "lost": lost,
        "late": late,
        "churn": churn,
        "next_instalment": next_instalment,
        "refund_to": refund_to,
    }
    if capture is not None:
        Collection(capture, **how)  # refused before the model runs
    analysis = asked.run()
    names = tuple(only or ())
    table = analysis.agreements(names, at, payment)
    cash = analysis.agreement_cash(names, at, payment, years=years, by=by, enrolment=enrolment)
    after = [row.agreement for row in table.rows[1:]]
    told = [table.decision(name) for name in after] + [text for name in after if (text := table.disguise(name))]
    texts = [str(table), "\n".join(told), first_lines(str(cash), _LINES)]
    frames = {"agreements": table.to_frame(), "cash_flow": cash.to_frame()}
    if capture is not None:
        collected = analysis.capture(capture, names, at=at, payment=payment, rebate=rebate, **how)
        frames["capture"] = collected.to_frame()
        texts += [str(collected), "\n".join(collected.sentence(name) for name in after)]
        told += [collected.sentence(name) for name in after]
    result = {
        "strategy": table.strategy,
        "at": at,
        "payment": table.target if at == "equal" else None,
        "list_price": table.list_price,
        "draws": table.draws if analysis.draws is not None else 0,
        "left_out": dict(table.left_out),
        "sentences": told,
        **{name: records(frame) for name, frame in frames.items()},
    }
    return Answer(
        analysis, texts, frames, result,
        lambda: {"agreements": agreement_figure(table), "cash_flow": cash_figure(cash)},
    )  # fmt: skip
