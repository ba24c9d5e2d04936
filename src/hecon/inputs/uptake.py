"""Uptake: who gets what, with the new treatment and without, as shares of those who become eligible in each year."""

import re
from collections.abc import Collection, Mapping

from hecon.errors import Fault, nearest
from hecon.inputs.tables.cells import column_letters, not_a_number, number
from hecon.inputs.tables.csv_file import Row

UPTAKE = "uptake"
WORLDS = ("with", "without")
Uptake = Mapping[str, Mapping[str, tuple[float, ...]]]  # world, strategy, (year,)
_SUM = 1e-9  # shares of a world add up to 1 within this


def read_uptake(records: tuple[Mapping[str, str], ...], strategies: Collection[str] = ()) -> tuple[Uptake, list[Fault]]:
    """The shares by world and strategy, (year,), and what is wrong with them; `strategies` are those known, if any are.

    >>> one = {"world": "with", "strategy": "drug", "year_1": "0.4"}
    >>> print(read_uptake((one,))[1][0])
    uptake!C: the shares of world 'with' in year_1 add up to 0.4; they must add up to 1
    """
    rows = rows_of(UPTAKE, records)
    columns = [one for one in rows[0].letters if re.fullmatch(r"year_[1-9][0-9]*", one)]
    years = [f"year_{k}" for k in range(1, max(len(columns), 1) + 1)]
    faults = column_faults(UPTAKE, rows, ("world", "strategy", *years), ("world", "strategy", *years, "note"))
    uptake: dict[str, dict[str, tuple[float, ...]]] = {world: {} for world in WORLDS}
    unread = bool(faults)
    for row in rows:
        world, strategy = row.text("world"), row.text("strategy")
        if world not in WORLDS:
            told = f"'{world}' is not a world{nearest(world, WORLDS)} (known: {', '.join(WORLDS)})"
            faults.append(Fault(row.address("world"), told))
        if not strategy or (strategies and strategy not in strategies):
            known = f"{nearest(strategy, strategies)} (known: {', '.join(strategies)})" if strategies else ""
            faults.append(Fault(row.address("strategy"), f"'{strategy}' is not a known strategy{known}"))
        if strategy in uptake.get(world, {}):
            faults.append(Fault(row.address("strategy"), f"world '{world}' has '{strategy}' more than once"))
        values = []
        for year in years:
            text = row.text(year)
            value = number(text)
            if value is None:
                told = not_a_number(text) if text else "is blank; write 0 where nobody has it"
                faults.append(Fault(row.address(year), told))
                unread = True
            elif not 0 <= value <= 1:
                faults.append(Fault(row.address(year), f"a share lies between 0 and 1; got {value:g}"))
            values.append(value or 0.0)
        uptake.get(world, {})[strategy] = tuple(values)
    for world, shares in uptake.items():
        if not shares:
            faults.append(Fault(UPTAKE, f"has no row of world '{world}'"))
        for k, year in enumerate([] if unread or not shares else years):
            total = sum(values[k] for values in shares.values())
            if not abs(total - 1) <= _SUM:
                place = f"{UPTAKE}!{rows[0].letters[year]}"
                faults.append(
                    Fault(
                        place, f"the shares of world '{world}' in {year} add up to {total:.6g}; they must add up to 1"
                    )
                )
    return uptake, faults


def gaining(uptake: Uptake) -> list[str]:
    """The strategies that have more uptake with than without in some year.

    >>> gaining({"with": {"drug": (0.2,), "care": (0.8,)}, "without": {"care": (1.0,)}})
    ['drug']
    """
    without = uptake["without"]
    return [
        name
        for name, shares in uptake["with"].items()
        if any(share > before for share, before in zip(shares, without.get(name, (0.0,) * len(shares)), strict=True))
    ]


def rows_of(sheet: str, records: tuple[Mapping[str, str], ...]) -> list[Row]:
    """Records as rows with the addresses of their cells, texts without blanks around them.

    >>> rows_of("uptake", ({"world": " with "},))[0].address("world")
    'uptake!A2'
    """
    letters = column_letters(tuple(dict.fromkeys(column for record in records for column in record)))
    stripped = ({column: text.strip() for column, text in record.items()} for record in records)
    return [Row(sheet, line, cells, letters) for line, cells in enumerate(stripped, start=2)]


def column_faults(sheet: str, rows: list[Row], must: tuple[str, ...], known: Collection[str]) -> list[Fault]:
    """Columns that are missing, and columns that nothing reads.

    >>> print(column_faults("uptake", rows_of("uptake", ({"word": ""},)), (), ("world",))[0])
    uptake!A1: unknown column 'word'; did you mean 'world'? (known: world)
    """
    columns = rows[0].letters
    faults = [Fault(sheet, f"has no column '{one}'") for one in must if one not in columns]
    return faults + [
        Fault(f"{sheet}!{letter}1", f"unknown column '{one}'{nearest(one, known)} (known: {', '.join(known)})")
        for one, letter in columns.items()
        if one not in known
    ]
