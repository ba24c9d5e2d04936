"""The layout of the money of N patients: the band of parameters beside the band with patients' chance."""

from hecon.analysis.paying.learning import RevealedTable
from hecon.analysis.paying.patients_table import MEASURES, PatientsTable
from hecon.analysis.paying.real_life import WORLDS, RealLifeTable
from hecon.grid import DATA, ROOMY, Cell, Column, Grid
from hecon.results.layouts.words import layout, of_money

_SHARE = 100.0  # rebates are printed in percent


@layout.register
def _(table: PatientsTable) -> Grid:
    """A row per agreement, number of patients and quantity; rebates in percent; the note says what a sentence says."""
    low, middle, high = (f"{level:g}%" for level in table.levels)
    names = ("low", "median", "high", "sd")
    headings = (low, middle, high, "SD")
    limited = any(row.limit is not None for row in table.rows)
    several = len(table.agreements) > 1
    words: dict[str | bool, str] = {
        name: f"{text} (%)" if name == "rebate" else text for name, text in MEASURES.items()
    }
    columns = (
        Column("agreement", "Agreement") if several else Column("agreement", "Agreement", media=(DATA,)),
        Column("label", "Label", media=ROOMY),
        Column("patients", "Patients", 0),
        Column("measure", "Of all N patients", words=words),
        *(Column(f"parameters_{n}", f"Parameters: {h}", 0) for n, h in zip(names, headings, strict=True)),
        *(Column(f"chance_{n}", f"With chance: {h}", 0) for n, h in zip(names, headings, strict=True)),
        *(
            (
                Column("limit", "Limit", 0),
                Column("above_parameters", "P(above), parameters", 3),
                Column("above", "P(above), with chance", 3),
            )
            if limited
            else ()
        ),
    )
    rows: list[tuple[Cell, ...]] = []
    for row in table.rows:
        by = _SHARE if row.measure == "rebate" else 1.0
        bands = [x * by for band in (row.parameters, row.chance) for x in (band.low, band.median, band.high, band.sd)]
        more = (row.limit, row.above_parameters, row.above) if limited else ()
        rows.append((row.agreement, row.label, row.patients, row.measure, *bands, *more))
    refunds = any(row.chance.high or row.parameters.high for row in table.rows if row.measure == "refund")
    printed = {"net"} if several else set(MEASURES) if refunds or limited else {"outlay", "rebate"}
    few = tuple(k for k, row in enumerate(table.rows) if row.measure in printed or row.limit is not None)
    until = "" if table.until is None else f", due before year {table.until:g}"
    title = f"Money of N patients, {table.strategy}{of_money(table.money)}{until}, undiscounted, {table.draws:,} draws"
    note = " ".join(table.sentences())
    if table.coupled:
        note += (
            f" {' and '.join(table.coupled)} looks at several conditions: one uniform number per patient serves all of them (who"
            " loses one early loses all early). This coupling sets the spread, not the mean."
        )
    if table.nobody:
        note += f" In {table.nobody:.2%} of draws none of the fewest patients is treated; they have no rebate."
    return Grid("patients", title, columns, tuple(rows), note, few)


@layout.register
def _(table: RevealedTable) -> Grid:
    """A row per assessment and number of patients; the note says how little it is."""
    columns = (
        Column("agreement", "Agreement"), Column("condition", "Condition"), Column("years", "Years", -3),
        Column("patients", "Patients treated", 0), Column("share", "Share", 3), Column("sd_before", "Its SD now", 4),
        Column("sd_after", "Its SD then", 4), Column("inmb_before", f"SD of INMB now{of_money(table.money)}", 0),
        Column("inmb_after", "SD of INMB then", 0),
    )  # fmt: skip
    rows = tuple(
        (one.agreement, one.condition, one.years, one.patients, one.share, one.sd_before, one.sd_after, one.inmb_before,
         one.inmb_after)
        for one in table.rows
    )  # fmt: skip
    return Grid("revealed", f"What the agreements reveal, {table.draws:,} draws", columns, rows, table.sentence)


@layout.register
def _(table: RealLifeTable) -> Grid:
    """A row per world and agreement; the note has a sentence for each agreement, and the worlds that are refused."""
    by = {"unstable": f" by {table.hazard:g}"}
    words: dict[str | bool, str] = {name: text + by.get(name, "") for name, text in WORLDS.items()}
    columns = (
        Column("world", "Real life", words=words),
        Column("agreement", "Agreement"), Column("label", "Label", media=ROOMY),
        Column("paid", f"Paid per patient{of_money(table.money)}", 0), Column("rebate", "Equivalent rebate (%)", 1),
        Column("effect", f"Inc. {table.effect_word}s", 3), Column("inmb", "INMB", 0), Column("p_loss", "P(loss)", 3),
    )  # fmt: skip
    rows = tuple(
        (one.world, one.agreement, one.label, one.paid, _SHARE * one.rebate, one.effect, one.inmb, one.p_loss)
        for one in table.rows
    )
    note = " ".join([*table.sentences(), *(f"Not shown, {why}." for why in table.refused)])
    lost = f"whether '{table.condition}' is kept"
    title = f"Agreements in real life ({lost}), {table.strategy} against {table.reference}, {table.draws:,} draws"
    return Grid("real_life", title, columns, rows, note)
