"""The results of this case as Markdown tables: each decision by cause, with its draws, and its scenarios.

`python models/allogeneic_transplantation/tables.py` puts them into README.md between its two markers; a test compares.
"""

import runpy
from pathlib import Path

import numpy as np

import hecon
from hecon.arrays import Array
from hecon.inputs.book import Book
from hecon.outcomes import Outcomes
from hecon.report.markdown import table
from hecon.structure.tree import DecisionTree

HERE = Path(__file__).parent
INPUTS = HERE.parents[1] / "inputs" / HERE.name
BEGIN, END = "<!-- results: written by tables.py -->", "<!-- end of results -->"
DRAWS, SEED = 1_000, 1
COMPARED = {  # structure -> reference, other, and the scenarios that reach it
    "burden": ("as_today", "without_chronic", ("treated_15", "treated_39", "graft_loses", "horizon_5_years", "smr_9")),
    "refractory_acute": ("best_available", "ruxolitinib", ("refractory_half", "horizon_5_years")),
}
WORK = (
    "societal: illness",
    "societal: friction",
    "societal: human capital",
    "societal: human capital with consumption",
)


def tables(book: Book, models: dict[str, DecisionTree]) -> str:
    """All tables, decision by decision."""
    parts = []
    for name, (reference, other, scenarios) in COMPARED.items():
        run = hecon.run(models[name], book.base())
        pair = run.strategies.index(reference), run.strategies.index(other)
        parts += [f"### {name}: USD of 2020 per patient, payer", causes(run, pair)]
        parts += [changes(book, models[name], pair, ("", *scenarios))]
    return "\n\n".join(parts)


def causes(base: Outcomes, pair: tuple[int, int]) -> str:
    """Cost of each cause, then effects, then what the perspectives count, of two strategies."""
    names = [base.strategies[k] for k in pair]
    rows = [[name, *_pair(values[:, 0], pair, 0)] for name, values in base.split("category", "payer").items()]
    rows.append(["**cost**", *_pair(base.cost("payer")[:, 0], pair, 0)])
    rows.append(["**QALYs**", *_pair(base.effect("qaly")[:, 0], pair, 2)])
    rows.append(["life-years, discounted", *_pair(base.effect("ly")[:, 0], pair, 2)])
    rows += [[one, *_pair(base.cost(one)[:, 0], pair, 0)] for one in WORK]
    return table(["", *names, "difference"], rows)


def changes(book: Book, model: DecisionTree, pair: tuple[int, int], names: tuple[str, ...]) -> str:
    """The difference of two strategies in the base case, over the draws, and in scenarios."""
    rows = []
    for name in names:
        run = hecon.run(model, (book.scenario(name) if name else book).base())
        more, gain = (float(x[pair[1], 0] - x[pair[0], 0]) for x in (run.cost("payer"), run.effect("qaly")))
        label = f"`{name}`: {book.scenarios[name].label}" if name else "base case"
        rows.append([label, f"{more:,.0f}", f"{gain:.2f}"])
        if not name:
            run = hecon.run(model, book.sample(DRAWS, seed=SEED))
            cells = (
                _interval(x[pair[1]] - x[pair[0]], d) for x, d in ((run.cost("payer"), 0), (run.effect("qaly"), 2))
            )
            rows.append([f"{DRAWS:,} draws, seed {SEED}", *cells])
    return table(["", "more cost", "more QALYs"], rows)


def _pair(values: Array, pair: tuple[int, int], digits: int) -> list[str]:
    one, other = (values[k] for k in pair)
    return [f"{one:,.{digits}f}", f"{other:,.{digits}f}", f"{other - one:+,.{digits}f}"]


def _interval(x: Array, digits: int) -> str:
    low, high = np.quantile(x, [0.025, 0.975])
    return f"{x.mean():,.{digits}f} ({low:,.{digits}f} to {high:,.{digits}f})"


def main() -> None:
    """Write the tables into README.md."""
    text = tables(hecon.read_inputs(INPUTS), runpy.run_path(str(HERE / "model.py"))["MODELS"])
    readme = HERE / "README.md"
    page = readme.read_text(encoding="utf-8")
    before, after = page.split(BEGIN)[0], page.split(END)[1]
    readme.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
