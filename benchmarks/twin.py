"""Speed and size of the executable workbook: 600 cycles x 6 states x 4 strategies, mortality by age, 5 cost categories.

`write_over_plain` is the time to write the workbook over that to write the same cells as plain numbers and text through
XlsxWriter's public calls; `recalculate_seconds` is formualizer's for every cell.
"""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import measure
import numpy as np

import hecon
from hecon import Cost, DecisionTree, Leaf, MarkovModel, Strategy, Utility
from hecon.inputs.parameter import Parameter, Table
from hecon.workbook.verify.trial import Made
from hecon.workbook.xlsx.package import poison, read_package

STATES = ("remission", "first_relapse", "second_relapse", "transplant", "late_effects", "dead")
CATEGORIES = ("upfront", "side effects", "productivity", "informal care", "follow-up")
SECTORS = ("health care", "health care", "productivity", "informal care", "health care")
DRAWS = 1000


def model() -> DecisionTree:
    """Monthly cycles for 50 years."""
    moves = {
        "remission -> first_relapse": "p_relapse", "remission -> late_effects": "p_late", "remission -> dead": "p_other",
        "first_relapse -> transplant": "p_transplant", "first_relapse -> second_relapse": "p_relapse_2",
        "first_relapse -> dead": "p_die_1 + p_other", "second_relapse -> dead": "p_die_2 + p_other",
        "transplant -> remission": "p_engraft", "transplant -> dead": "p_die_transplant + p_other",
        "late_effects -> dead": "p_die_late + p_other",
    }  # fmt: skip
    alive = STATES[:-1]
    costs = [
        Cost(
            category.replace(" ", "_"),
            {state: f"c_{k}_{s}" for s, state in enumerate(alive)},
            per="year",
            category=category,
            sector=sector,
        )
        for k, (category, sector) in enumerate(zip(CATEGORIES, SECTORS, strict=True))
    ]
    course = MarkovModel(
        states=STATES, cycle="1 month", horizon="50 years", within_cycle="half-cycle", events="mid",
        let={"p_other": "1 - exp(log(1 - life_table[age]) / 12)"}, transitions=moves,
        outcomes=[*costs, Utility({state: f"u_{s}" for s, state in enumerate(alive)})],
    )  # fmt: skip
    strategies = [
        Strategy(f"strategy_{k}", f"Strategy {k}", Leaf(
            to=course, start="remission", let={"p_relapse": f"p_relapse_base * hr_{k}_"},
            outcomes=[Cost("drug", f"price_{k}_", category="upfront", sector="health care")],
        ))
        for k in range(4)
    ]  # fmt: skip
    return DecisionTree(
        "Benchmark", strategies, {"cost": "dr_cost", "effect": "dr_effect"}, "continuous", age="age_start"
    )


def book() -> hecon.Book:
    """Its inputs: 30 uncertain costs and utilities, a life table."""
    values = {
        "p_relapse_base": 0.01, "p_late": 0.002, "p_transplant": 0.05, "p_relapse_2": 0.03, "p_die_1": 0.01, "p_die_2": 0.06,
        "p_engraft": 0.2, "p_die_transplant": 0.02, "p_die_late": 0.003, "dr_cost": 0.03, "dr_effect": 0.03, "age_start": 30.0,
    }  # fmt: skip
    values |= {f"hr_{k}_": 1.0 - 0.1 * k for k in range(4)} | {f"price_{k}_": 20000.0 * k for k in range(4)}
    fixed = [Parameter(name=name, value=value, provenance="assumption") for name, value in values.items()]
    costs = [
        Parameter(
            name=f"c_{k}_{s}",
            value=100.0 * (k + s + 1),
            distribution="gamma mean se",
            par1=100.0 * (k + s + 1),
            par2=20.0,
            provenance="assumption",
        )
        for k in range(5)
        for s in range(5)
    ]
    utilities = [
        Parameter(
            name=f"u_{s}",
            value=0.9 - 0.1 * s,
            distribution="beta mean se",
            par1=0.9 - 0.1 * s,
            par2=0.02,
            provenance="assumption",
        )
        for s in range(5)
    ]
    ages = np.arange(0.0, 111.0)
    mortality = np.minimum(1.0, 0.0001 * np.exp(0.09 * ages))
    tables = {"life_table": Table("life_table", "age", ages, {"qx": mortality})}
    settings = {"perspective": "societal", "threshold": "50000", "reference": "strategy_0"}
    return hecon.make_book("benchmark", [*fixed, *costs, *utilities], tables=tables, settings=settings)


def seconds(work: Callable[[], object], runs: int = 5) -> float:
    """The best of so many runs."""
    best = float("inf")
    for _ in range(runs):
        begin = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - begin)
    return best


def write_plain(source: Path, target: Path) -> None:
    """The same cells as plain numbers and text."""
    import xlsxwriter

    sheets = PLAIN[source]
    workbook = xlsxwriter.Workbook(str(target), {"strings_to_formulas": False, "strings_to_urls": False})
    for name, (numbers, words) in sheets.items():
        sheet = workbook.add_worksheet(name)
        for row, column, value in numbers:
            sheet.write_number(row, column, value)
        for row, column, text in words:
            sheet.write_string(row, column, text)
    workbook.close()


PLAIN: dict[Path, dict[str, tuple[list[tuple[int, int, float]], list[tuple[int, int, str]]]]] = {}


def prepare(source: Path) -> None:
    """The cells of a workbook as lists, outside the time that is measured."""
    PLAIN[source] = {
        name: (
            [
                (int(r), int(c), float(cells.numbers[r, c]))
                for r, c in zip(*np.nonzero(~np.isnan(cells.numbers)), strict=True)
            ],
            [(r, c, text) for (r, c), text in cells.words.items()],
        )
        for name, cells in read_package(source).sheets.items()
    }


def main() -> None:
    """Measure and print."""
    asked = measure.options(__doc__ or "")
    import formualizer

    one, inputs = model(), book()
    draws = inputs.sample(DRAWS, seed=1)
    psa = hecon.run(one, draws)
    made = Made(one, inputs, "societal", 50000.0, "strategy_0", psa, draws)
    with tempfile.TemporaryDirectory() as there:
        path, poisoned = Path(there, "twin.xlsx"), Path(there, "poisoned.xlsx")
        layout = made.write(path)
        prepare(path)
        write = seconds(lambda: made.write(path), 3)
        plain = seconds(lambda: write_plain(path, Path(there, "plain.xlsx")), 3)
        poison(path, poisoned)
        workbook = formualizer.Workbook.load_path(str(poisoned))
        begin = time.perf_counter()
        workbook.evaluate_all()
        recalculate = time.perf_counter() - begin
        figures = {
            "formulas": float(layout.formulas), "write_seconds": write, "recalculate_seconds": recalculate,
            "megabytes": path.stat().st_size / 1e6, "plain_seconds": plain, "write_over_plain": write / plain,
        }  # fmt: skip
    measure.show(figures, asked.json)


if __name__ == "__main__":
    main()
