"""Another tool's probabilistic results made into Outcomes, and ours written for other tools.

Convention on both sides: totals per strategy (not increments), costs positive when spent, effects positive when gained.
"""

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from hecon.analysis.cost_effectiveness.totals import cost_and_effect, from_totals
from hecon.analysis.exchange.csv_table import effect_sign, missing_columns, number_columns, read_table
from hecon.errors import Fault, InputError, nearest, raise_faults
from hecon.files import whole_file
from hecon.inputs.tables.csv_file import first_faults
from hecon.outcomes import Outcomes


def read_wide_psa(
    path: str | Path,
    strategies: Sequence[str],
    *,
    effects: str,
    cost: str = "cost_{}",
    effect: str = "qaly_{}",
    kind: str = "qaly",
    currency: str = "",
    price_year: str = "",
) -> Outcomes:
    r"""Read a CSV with one row per draw and, per strategy, a cost and an effect column.

    `strategies` gives names and order; `cost` and `effect` are the columns' spelling with {} for the name. `effects` is
    "gained" (QALYs) or "lost" (DALYs, which are turned round, so that more is better as everywhere else).

    Raises:
        InputError: no such file, missing columns, text or gaps in numbers; all at once, by cell.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "psa.csv"
    >>> _ = path.write_text("cost_care,qaly_care,cost_drug,qaly_drug\n100,1,300,1.5\n120,1.1,280,1.4\n")
    >>> read_wide_psa(path, ("care", "drug"), effects="gained").effect().tolist()
    [[1.0, 1.1], [1.5, 1.4]]
    """
    sign = effect_sign(effects)
    sheet = read_table(path)
    wanted = [column.format(name) for column in (cost, effect) for name in strategies]
    raise_faults(missing_columns(wanted, sheet.columns), InputError, str(path))
    table = number_columns(sheet, wanted, path)
    n = len(strategies)
    return from_totals(strategies, table[:n], sign * table[n:], kind=kind, currency=currency, price_year=price_year)


def read_long_psa(
    path: str | Path,
    strategies: Sequence[str],
    *,
    effects: str,
    draw: str = "draw",
    strategy: str = "strategy",
    cost: str = "cost",
    effect: str = "qaly",
    kind: str = "qaly",
    currency: str = "",
    price_year: str = "",
) -> Outcomes:
    r"""Read a CSV with one row per draw and strategy: columns for draw, strategy, cost and effect, rows in any order.

    `strategies` gives the order; `effects` is "gained" or "lost" as in `read_wide_psa`. Draws keep their numbers.

    Raises:
        InputError: no such file, missing columns, text in numbers, a strategy not asked for, a pair of draw and
            strategy that is missing or repeated; all at once.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "psa.csv"
    >>> _ = path.write_text("draw,strategy,cost,qaly\n1,drug,300,1.5\n1,care,100,1\n")
    >>> read_long_psa(path, ("care", "drug"), effects="gained").cost("payer").tolist()
    [[100.0], [300.0]]
    """
    sign = effect_sign(effects)
    sheet = read_table(path)
    raise_faults(missing_columns([draw, strategy, cost, effect], sheet.columns), InputError, str(path))
    number, costs, gains = number_columns(sheet, [draw, cost, effect], path)
    names = [row.text(strategy) for row in sheet.rows]
    draws = np.unique(number)
    faults = [
        Fault(
            f"{sheet.rows[k].address(strategy)} ({strategy})",
            f"strategy '{name}' was not asked for{nearest(name, strategies)}",
        )
        for k, name in enumerate(names)
        if name not in strategies
    ]
    if (draws != np.floor(draws)).any():
        faults.append(Fault(f"column {draw}", "draws must be whole numbers"))
    raise_faults(first_faults(faults), InputError, str(path))
    where = {name: k for k, name in enumerate(strategies)}
    row, column = np.array([where[name] for name in names]), np.searchsorted(draws, number)
    times = np.zeros((len(strategies), draws.size), dtype=np.intp)
    np.add.at(times, (row, column), 1)
    faults = [
        Fault(f"draw {draws[d]:.0f}, strategy {strategies[s]}", "is missing" if times[s, d] == 0 else "is repeated")
        for s, d in np.argwhere(times != 1)
    ]
    raise_faults(first_faults(faults), InputError, str(path))
    both = np.empty((2, *times.shape))
    both[:, row, column] = costs, sign * gains
    made = from_totals(strategies, both[0], both[1], kind=kind, currency=currency, price_year=price_year)
    return Outcomes(
        made.values, made.strategies, made.items, draw=draws.astype(np.int64), currency=currency, price_year=price_year
    )


def write_wide_psa(outcomes: Outcomes, path: str | Path, perspective: str, effect: str = "qaly") -> None:
    """Write draw, then cost_<strategy> and qaly_<strategy> (the effect's kind); `read_wide_psa` reads it back.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "psa.csv"
    >>> write_wide_psa(from_totals(("care",), [[100.0, 90.5]], [[1.0, 2.0]]), path, "payer")
    >>> path.read_text().splitlines()
    ['draw,cost_care,qaly_care', '0,100.0,1.0', '1,90.5,2.0']
    """
    cost, gain = cost_and_effect(outcomes, perspective, effect)
    word = effect.replace(" ", "")
    header = ["draw", *(f"{what}_{name}" for name in outcomes.strategies for what in ("cost", word))]
    columns = np.stack([cost, gain], axis=1).reshape(-1, cost.shape[1])
    with whole_file(path) as draft, draft.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows([d, *row] for d, row in zip(outcomes.draw.tolist(), columns.T.tolist(), strict=True))
