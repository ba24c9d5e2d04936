"""By how much an error changes the result that its record names."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from planting import cells_of, typed_cells
from records import SeededError

import hecon
from hecon.workbook.verify.recalculate import open_session
from hecon.workbook.xlsx.package import read_package

DRAWS = 200
LEAST = 0.001  # every error changes its result by more than 0.1%


def model_result(folder: Path, base: str, moves: str) -> float:
    """A result of the case of a project: "cost ARM", "qaly ARM", "psa sd cost ARM", "scenario NAME qaly ARM".

    The PSA has 200 draws of one seed.
    """
    *which, what, arm = moves.split()
    case = hecon.open_case(str(folder / "models" / base))
    book = case.book.scenario(which[1]) if which[:1] == ["scenario"] else case.book
    draws = case.book.sample(DRAWS, seed=1) if which[:1] == ["psa"] else book.base()
    outcomes = hecon.run(case.model, draws)
    values = outcomes.cost(case.book.settings["perspective"]) if what == "cost" else outcomes.effect("qaly")
    mine = values[list(outcomes.strategies).index(arm)]
    return float(mine.std() if which[1:2] == ["sd"] else mine.mean())


def workbook_results(sound: Path, errors: Sequence[SeededError]) -> Iterator[tuple[SeededError, float, float]]:
    """Each error with its result ("heading | label of the row" on Results) in the sound workbook and after what is typed.

    One recalculation program holds the workbook open; what is typed is taken back after each error.
    """
    package = read_package(sound)
    with TemporaryDirectory() as there:
        session: Any = open_session(sound, "formualizer", there, package)
        session.values({})
        for error in errors:
            heading, _, label = error.moves.partition(" | ")
            row, column = cells_of(package, "Results", heading, row=label)[0]
            before = session.workbook.evaluate_cell("Results", row + 1, column + 1)
            cells = typed_cells(package, error.typed)
            for (sheet, r, c), (_, new) in cells.items():
                if new.startswith("="):
                    session.workbook.set_formula(sheet, r + 1, c + 1, new)
                else:
                    session.workbook.set_values_batch(sheet, r + 1, c + 1, [[float(new)]])
            session.workbook.evaluate_all()
            after = session.workbook.evaluate_cell("Results", row + 1, column + 1)
            for (sheet, r, c), (old, _) in cells.items():
                session.workbook.set_formula(sheet, r + 1, c + 1, old)
            yield error, float(before), float(after)
