"""The layouts of paying for a product: agreements compared, their cash, their real lives, what is collected of them."""

from hecon.analysis.cost_effectiveness.estimate import Estimate
from hecon.analysis.paying.agreement_table import AgreementRow, AgreementTable
from hecon.analysis.paying.capture import CaptureTable
from hecon.analysis.paying.cash_flow import CashFlow
from hecon.analysis.paying.comparison import TAIL
from hecon.digits import money_text
from hecon.grid import ROOMY, Cell, Column, Grid
from hecon.results.layouts.words import layout, of_money

_AGREEMENT, _LABEL = Column("agreement", "Agreement"), Column("label", "Label", media=ROOMY)
_PRICES = {"equal": "each price scaled to equal expected payment", "own": "each at its own price"}


@layout.register
def _(table: AgreementTable) -> Grid:
    """Agreements side by side: what is paid, what it means for the decision, who bears the chance; the note has the basis."""
    columns = (
        _AGREEMENT, _LABEL,
        Column("price", "Price, x list", 3), Column("paid", "Payer pays", 0), Column("patient", "Patient pays", 0, media=ROOMY),
        Column("equivalent", "Equal rebate, %", 1), Column("vbp", "Worth it up to, x list", 3),
        Column("inmb", "INMB", 0), Column("best", "Best on average", media=ROOMY), Column("p_best", "P(best)", 3),
        Column("p_loss", "P(loss)", 3), Column("tail", f"Worst {TAIL:.0%}", 0), Column("evpi", "EVPI", 0, least=0.0),
        Column("burden", "Strategy burden", 0, media=ROOMY),
        Column("uncertainty_burden", "EVPI + strategy burden", 0, media=ROOMY),
        Column("receipts", "Manufacturer receives", 0, media=ROOMY), Column("revenue_sd", "SD of receipts", 0),
        Column("peak", "Highest year", 0), Column("peak_year", "in year", 0, media=ROOMY),
        Column("owed", "Owed after year 1", 0), Column("owed_most", "Owed at most", 0, media=ROOMY),
        Column("administration", "Running it", 0),
        Column("own", "Payer pays at its own price", 0, media=ROOMY),
        Column("hidden", "Rebate at its own price, %", 1, media=ROOMY),
        Column("neutral", "Revenue-neutral price, x list", 3, media=ROOMY),
    )  # fmt: skip
    rows = tuple(_agreement(row) for row in table.rows)
    note = (
        f"{table.strategy} against {table.reference}, {table.perspective} perspective at {money_text(table.wtp)} per QALY;"
        f" discounted, per patient intended; list price {money_text(table.list_price)}; {_PRICES[table.at]}"
    )
    note += f" of {money_text(table.target)}" if table.at == "equal" else ""
    note += f"; {table.draws:,} draws" if table.draws > 1 else "; base case, so that nothing is uncertain"
    note += "".join(f"\nleft out: {why}" for _, why in table.left_out)
    return Grid("agreements", f"Agreements{of_money(table.money)}", columns, rows, note)


def _agreement(row: AgreementRow) -> tuple[Cell, ...]:
    return (
        row.agreement, row.label, row.price, Estimate(row.paid, row.low, row.high), row.patient, 100 * row.equivalent, row.vbp,
        row.inmb, row.best, row.p_best, row.p_loss, row.tail, row.evpi, row.burden,
        row.uncertainty_burden, row.paid + row.patient, row.revenue_sd, row.peak, row.peak_year,
        row.owed, row.owed_most, row.administration, row.own, 100 * row.hidden, row.neutral,
    )  # fmt: skip


@layout.register
def _(flow: CashFlow) -> Grid:
    """Cash by period, what each party receives above 0 and what it pays below; and what is owed when the period ends."""
    columns = (
        _AGREEMENT, Column("period", flow.by.capitalize(), 0), Column("payer", "Payer", 0),
        Column("patient", "Patient", 0), Column("manufacturer", "Manufacturer", 0), Column("administrator", "Administrator", 0),
        Column("owed", "Owed at its end", 0), Column("owed_most", "at most", 0),
        Column("back", "To come back", 0), Column("back_most", "at most", 0, media=ROOMY),
    )  # fmt: skip
    rows = tuple(
        (
            row.agreement, row.period, row.payer, row.patient, row.manufacturer, row.administrator, row.owed, row.owed_most,
            row.back, row.back_most,
        )
        for row in flow.rows
    )  # fmt: skip
    who = (
        "per patient intended"
        if flow.enrolment is None
        else f"for {flow.enrolment:,.10g} patients a year, who enter in equal parts at the start of each month"
    )
    note = f"undiscounted, {who}; what a party pays is below 0, and all parties sum to 0."
    note += " At most: the condition holds for all who were treated"
    few = tuple(range(len(rows))) if flow.by == "year" else _years_of(flow)
    return Grid("cash_flow", f"Cash by {flow.by}{of_money(flow.money)}", columns, rows, note, few)


def _years_of(flow: CashFlow) -> tuple[int, ...]:
    """The periods of the first year, which are printed; the file has all."""
    periods = {"quarter": 4, "month": 12}[flow.by]
    return tuple(k for k, row in enumerate(flow.rows) if row.period <= periods)


@layout.register
def _(table: CaptureTable) -> Grid:
    """What each agreement saves, what of it is collected, and from which capture rate on it beats a plain discount."""
    columns = (
        _AGREEMENT, _LABEL, Column("expected", "Saving expected", 0), Column("collected", "collected", 0),
        Column("elsewhere", "by the new payer", 0), Column("paid", "Payer pays", 0), Column("paid_elsewhere", "New payer pays", 0),
        Column("nobody", "Nobody pays", 0), Column("administration", "Running it", 0),
        Column("worth", "Worth a rebate of, %", 1), Column("against", "Plain discount pays", 0),
        Column("from_capture", "Better from capture, %", 1), Column("remark", "Remark"),
        Column("from_this", "Better than a discount of what is paid now, from %", 1, media=ROOMY),
    )  # fmt: skip
    rows = tuple(
        (
            row.agreement, row.label, row.expected, row.collected, row.elsewhere, row.paid, row.paid_elsewhere, row.nobody,
            row.administration, 100 * row.worth, row.against,
            None if row.from_capture is None else 100 * row.from_capture, "never better" if row.from_capture is None else "",
            None if row.from_this is None else 100 * row.from_this,
        )
        for row in table.rows
    )  # fmt: skip
    how = table.collection
    note = (
        f"discounted, per patient intended; {how.capture:.1%} of losses recorded, {how.lost:g} a year lost to follow-up, refunds"
        f" {how.late:g} months late, {how.churn:g} a year move to another payer"
    )
    if how.churn:
        note += f" (next instalment: {how.next_instalment}; refund: {how.refund_to})"
    return Grid("capture", f"What is collected{of_money(table.money)}", columns, rows, note)
