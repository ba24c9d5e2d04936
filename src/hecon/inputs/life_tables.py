"""Whether a life table looks like one: its scale, its rise with age, its first years of life, men against women.

Remarks, not faults: a table of patients may differ. The bounds hold for every national table of the last fifty years.
"""

from collections.abc import Iterator, Mapping

from hecon.errors import Fault
from hecon.inputs.distributions.distribution import Array
from hecon.inputs.parameter import Table

_AT_80 = (0.01, 0.3)  # yearly probability of death at 80
_STEP = 5  # years over which mortality rises after 30, whatever the noise from year to year
_INFANT = 2.0  # how many times the mortality at 0 is that at 1, at least
_SHIFTED = 5.0  # how many times the mortality at 1 is that at 2, at most


def life_table_remarks(tables: Mapping[str, Table]) -> list[Fault]:
    """What is implausible in the tables with a column of mortality (`qx` or `mx` at its start).

    >>> import numpy as np
    >>> ages = np.arange(30.0, 101.0)
    >>> q = np.minimum(0.0005 * np.exp(0.09 * (ages - 30)), 1)
    >>> life = Table("life", "age", ages, {"qx_male": q / 1000})
    >>> print(*life_table_remarks({"life": life}))
    life, qx_male: 4.5e-05 die at age 80, where 0.01 to 0.3 do in a population; is it per 1,000 or of another scale?
    """
    return [Fault(*told) for table in tables.values() for told in _table(table)]


def _table(table: Table) -> Iterator[tuple[str, str]]:
    columns = {name: q for name, q in table.columns.items() if name.lower().startswith(("qx", "mx"))}
    for name, q in columns.items():
        place = f"{table.name}, {name}"
        yield from ((place, text) for text in _column(table.index, q))
    men, women = (next((n for n in columns if _sex(n) == sex), None) for sex in ("male", "female"))
    if men and women:
        between = (table.index >= 20) & (table.index <= 90)
        higher = columns[men][between] > columns[women][between]
        if between.sum() > 5 and higher.mean() < 0.5:
            shares = f"{int((~higher).sum())} of the {int(between.sum())} ages from 20 to 90"
            yield (
                f"{table.name}",
                f"{women} is at least {men} at {shares}; men die earlier than women: are the two swapped?",
            )


def _column(age: Array, q: Array) -> Iterator[str]:
    at = {float(a): float(x) for a, x in zip(age, q, strict=True)}
    low, high = _AT_80
    if 80 in at and not low <= at[80] <= high:
        yield f"{at[80]:.2g} die at age 80, where {low:g} to {high:g} do in a population; is it per 1,000 or of another scale?"
    for a in (a for a in at if a >= 30 and a + _STEP in at and at[a] < 1):
        if at[a + _STEP] <= at[a]:
            later = f"mortality at age {a + _STEP:g} ({at[a + _STEP]:.3g})"
            yield f"{later} is not above that at {a:g} ({at[a]:.3g}); it rises after 30"
            break
    shift = "is the table shifted by a row?"
    if 0 in at and 1 in at and at[0] < _INFANT * at[1]:
        yield f"mortality at age 0 ({at[0]:.3g}) is not twice that at 1 ({at[1]:.3g}), as in the first year of life; {shift}"
    if 1 in at and 2 in at and at[1] > _SHIFTED * at[2]:
        yield f"mortality at age 1 ({at[1]:.3g}) is over {_SHIFTED:g} times that at 2 ({at[2]:.3g}), as at age 0; {shift}"


def _sex(column: str) -> str:
    """Whose mortality a column holds, from its name."""
    words = column.lower().replace("-", "_").split("_")
    for sex, known in (("female", ("female", "females", "women", "f")), ("male", ("male", "males", "men", "m"))):
        if any(word in known for word in words):
            return sex
    return ""
