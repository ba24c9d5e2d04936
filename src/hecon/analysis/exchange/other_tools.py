"""Probabilistic results as other tools lay them out in plain CSV: BCEA, dampack, heormodel, SAVI; out and in.

Every folder written states the order of strategies, the sign of effects and who is compared with whom, because a
hand-over that left it unsaid once reversed a decision (heemod, issue 20).
"""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from hecon.analysis.cost_effectiveness.totals import cost_and_effect, effect_word, from_totals, position
from hecon.analysis.exchange.csv_table import effect_sign, missing_columns, number_columns, read_table
from hecon.analysis.exchange.psa_tables import read_long_psa
from hecon.analysis.voi.drawn import Sampled, drawn, varying
from hecon.errors import Fault, InputError, nearest, raise_faults
from hecon.files import whole_folder
from hecon.outcomes import Array, Outcomes


@dataclass(frozen=True)
class Layout:
    """One tool's files: names of the cost, effect and parameter tables, and how the tool is called with them.

    A long layout has one table of outcomes (`costs` = `effects`) with a row per draw and strategy.
    """

    costs: str
    effects: str
    parameters: str
    call: str


LAYOUTS: Mapping[str, Layout] = {
    "bcea": Layout(
        "cost.csv",
        "eff.csv",
        "parameters.csv",
        "R: bcea(as.matrix(read.csv('eff.csv', check.names = FALSE)), as.matrix(read.csv('cost.csv', check.names = "
        "FALSE)), ref = K, interventions = STRATEGIES). BCEA reports its ref minus each comparator: K is the column of "
        "the new strategy (1-based), not of the reference named above.",
    ),
    "dampack": Layout(
        "cost.csv",
        "effectiveness.csv",
        "parameters.csv",
        "R: make_psa_obj(cost = read.csv('cost.csv', check.names = FALSE), effectiveness = read.csv('effectiveness.csv', "
        "check.names = FALSE), parameters = read.csv('parameters.csv', check.names = FALSE), strategies = STRATEGIES).",
    ),
    "heormodel": Layout(
        "outcomes.csv",
        "outcomes.csv",
        "parameters.csv",
        "Python: Outcomes.from_tidy(pd.read_csv('outcomes.csv'), comparator=REFERENCE); parameters: "
        "pd.read_csv('parameters.csv', index_col='iteration').",
    ),
    "savi": Layout(
        "costs.csv",
        "effects.csv",
        "parameters.csv",
        "Upload the three files as parameters, costs and effects; name the reference as the comparator on the page.",
    ),
}


def write_layout(
    outcomes: Outcomes,
    folder: str | Path,
    layout: str,
    perspective: str,
    reference: str,
    effect: str = "qaly",
    draws: Sampled | None = None,
) -> tuple[Path, ...]:
    """Write totals per strategy, the sampled parameters if given, and README.txt into a new folder; returns the files.

    Raises:
        InputError: an unknown layout, a folder that is there already.
        HeconError: an unknown perspective, effect or reference; draws of another run.

    >>> import tempfile
    >>> psa = from_totals(("care", "drug"), [[1.0, 2.0], [3.0, 5.0]], [[1.0, 1.0], [2.0, 2.5]])
    >>> files = write_layout(psa, Path(tempfile.mkdtemp()) / "savi", "savi", "payer", "care")
    >>> [file.name for file in files], files[1].read_text().splitlines()
    (['README.txt', 'costs.csv', 'effects.csv'], ['care,drug', '1.0,3.0', '2.0,5.0'])
    """
    chosen, target = _layout(layout), Path(folder)
    if target.exists():
        raise InputError(f"{target}: is there already; name a folder that is not")
    position(outcomes, reference)
    cost, gained = cost_and_effect(outcomes, perspective, effect)
    names = list(varying(draws)) if draws is not None else []
    sampled = drawn(draws, names, outcomes) if draws is not None and names else np.zeros((0, outcomes.draw.size))
    with whole_folder(target) as made:
        if chosen.costs == chosen.effects:
            _write_long(made / chosen.costs, outcomes, cost, gained)
        else:
            _write(made / chosen.costs, outcomes.strategies, cost.T.tolist())
            _write(made / chosen.effects, outcomes.strategies, gained.T.tolist())
        if names and chosen.costs == chosen.effects:
            rows = ([d, *row] for d, row in zip(outcomes.draw.tolist(), sampled.T.tolist(), strict=True))
            _write(made / chosen.parameters, ["iteration", *names], rows)
        elif names:
            _write(made / chosen.parameters, names, sampled.T.tolist())
        (made / "README.txt").write_text(_readme(outcomes, chosen, perspective, reference, effect), encoding="utf-8")
    return tuple(sorted(target.iterdir()))


def read_layout(
    folder: str | Path,
    layout: str,
    strategies: Sequence[str],
    *,
    effects: str,
    by_position: bool = False,
    increments: bool = False,
    currency: str = "",
    price_year: str = "",
) -> tuple[Outcomes, dict[str, Array]]:
    """Outcomes and sampled parameters, name -> (draw,), from a folder in one of the layouts.

    `strategies` gives names and order; columns are found by name, or by their place where `by_position` says that the
    file's own headings mean nothing. `effects` is "gained" or "lost", never assumed. A strategy with cost and effect 0
    in every draw gives a table of increments away, which is refused unless `increments` says that this is known.

    Raises:
        InputError: an unknown layout, missing files or columns, text in numbers, tables that disagree.

    >>> import tempfile
    >>> psa = from_totals(("care", "drug"), [[1.0, 2.0], [3.0, 5.0]], [[1.0, 1.0], [2.0, 2.5]])
    >>> folder = Path(tempfile.mkdtemp()) / "bcea"
    >>> _ = write_layout(psa, folder, "bcea", "payer", "care", draws={"p_die": [0.1, 0.2]})
    >>> back, sampled = read_layout(folder, "bcea", ("drug", "care"), effects="gained")
    >>> back.cost("payer").tolist(), sampled["p_die"].tolist()
    ([[3.0, 5.0], [1.0, 2.0]], [0.1, 0.2])
    """
    chosen, place = _layout(layout), Path(folder)
    sign = effect_sign(effects)
    if chosen.costs == chosen.effects:
        made = read_long_psa(
            place / chosen.costs, strategies, effects=effects, draw="iteration", strategy="intervention",
            currency=currency, price_year=price_year,
        )  # fmt: skip
    else:
        cost = _wide(place / chosen.costs, strategies, by_position)
        gained = sign * _wide(place / chosen.effects, strategies, by_position)
        if cost.shape != gained.shape:
            raise InputError(f"{place}: {chosen.costs} has {cost.shape[1]} draws, {chosen.effects} {gained.shape[1]}")
        made = from_totals(strategies, cost, gained, currency=currency, price_year=price_year)
    if not increments:
        empty = (made.values == 0).all(axis=(1, 2))
        faults = [
            Fault(name, "has cost 0 and effect 0 in every draw: these look like increments over it; give totals")
            for name, none in zip(strategies, empty, strict=True)
            if none
        ]
        raise_faults(faults, InputError, str(place))
    return made, _parameters(place / chosen.parameters, made)


def _layout(name: str) -> Layout:
    if name not in LAYOUTS:
        raise InputError(f"unknown layout '{name}'{nearest(name, LAYOUTS)} (known: {', '.join(LAYOUTS)})")
    return LAYOUTS[name]


def _wide(path: Path, strategies: Sequence[str], by_position: bool) -> Array:
    """Values (strategy, draw) of a table with a column per strategy."""
    sheet = read_table(path)
    if by_position:
        if len(sheet.columns) != len(strategies):
            raise InputError(f"{path}: has {len(sheet.columns)} columns for {len(strategies)} strategies")
        return number_columns(sheet, sheet.columns, path)
    faults = missing_columns(strategies, sheet.columns)
    extra = [name for name in sheet.columns if name not in strategies]
    faults += [Fault(f"column {name}", "is not one of the strategies asked for") for name in extra]
    raise_faults(faults, InputError, str(path))
    return number_columns(sheet, strategies, path)


def _parameters(path: Path, outcomes: Outcomes) -> dict[str, Array]:
    if not path.is_file():
        return {}
    sheet = read_table(path)
    names = [name for name in sheet.columns if name != "iteration"]
    values = number_columns(sheet, names, path)
    if values.shape[1] != outcomes.draw.size:
        raise InputError(f"{path}: has {values.shape[1]} draws; the outcomes have {outcomes.draw.size}")
    if "iteration" in sheet.columns:
        order = number_columns(sheet, ["iteration"], path)[0]
        if not np.array_equal(np.sort(order), outcomes.draw):
            raise InputError(f"{path}: its iterations are not those of the outcomes")
        values = values[:, np.argsort(order)]
    return dict(zip(names, values, strict=True))


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[ArrayLike]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def _write_long(path: Path, outcomes: Outcomes, cost: Array, gained: Array) -> None:
    rows = (
        [name, draw, spent, gain]
        for name, costs, gains in zip(outcomes.strategies, cost.tolist(), gained.tolist(), strict=True)
        for draw, spent, gain in zip(outcomes.draw.tolist(), costs, gains, strict=True)
    )
    _write(path, ["intervention", "iteration", "cost", "qaly"], rows)


def _readme(outcomes: Outcomes, layout: Layout, perspective: str, reference: str, effect: str) -> str:
    money = f"{outcomes.currency} {outcomes.price_year}".strip() or "currency units"
    order = [
        f"  {k + 1}. {name}: {label}"
        for k, (name, label) in enumerate(zip(outcomes.strategies, outcomes.labels, strict=True))
    ]
    return "\n".join(
        [
            f"{outcomes.draw.size} draws of {len(outcomes.strategies)} strategies; a row per draw, the same draw in every file.",
            "",
            "Order of the strategies (columns):",
            *order,
            "",
            f"Costs: totals per patient (not increments), {money}, {perspective} perspective; positive when spent.",
            f"Effects: totals per patient, {effect_word(effect)}s; positive when gained, so that more is better.",
            f"Reference (current care, what the others are compared with): {reference}.",
            "",
            layout.call,
            "",
        ]
    )
