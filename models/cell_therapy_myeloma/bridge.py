"""The results of this case as Markdown tables: each decision by cause, its scenarios and its draws.

`python models/cell_therapy_myeloma/bridge.py` puts them into README.md between its two markers; a test compares.
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
BEGIN, END = "<!-- results: written by bridge.py -->", "<!-- end of results -->"
DRAWS, SEED, THRESHOLD = 1_000, 1, 150_000
WORK = (
    "societal: illness",
    "societal: friction",
    "societal: human capital",
    "societal: human capital with consumption",
)
SCENARIOS = {  # those that reach the decision
    "cilta_cel": (
        "cured_30", "survival_equal", "treatment_free_gain", "standard_drugs_half", "standard_drugs_fifth", "later_drugs_cheaper",
        "subsequent_half", "price_half", "price_2024", "all_infused", "discount_0", "five_years", "trial_25_months",
    ),
    "ide_cel": (
        "crossover_adjusted", "treatment_free_gain", "standard_drugs_half", "standard_drugs_fifth", "later_drugs_cheaper",
        "subsequent_half", "rebate_45", "price_2024", "all_infused", "discount_0", "five_years",
    ),
    "transplantation": ("published_utilities", "maintenance", "discount_0"),
}  # fmt: skip


def tables(book: Book, models: dict[str, DecisionTree]) -> str:
    """All tables, decision by decision."""
    parts = []
    for name, model in models.items():
        base = hecon.run(model, book.base())
        parts += [f"### {name}: by cause, USD of 2024 per patient, payer", causes(base)]
        parts += [f"### {name}: scenarios", scenarios(book, model, SCENARIOS[name])]
    parts += [f"### Probabilistic analysis ({DRAWS:,} draws, seed {SEED})", probabilistic(book, models)]
    return "\n\n".join(parts)


def causes(base: Outcomes) -> str:
    """Cost of each cause and arm, then effects, then what the perspectives count."""
    rows = [[name, *_pair(values[:, 0], 0)] for name, values in base.split("category", "payer").items()]
    rows.append(["**cost**", *_pair(base.cost("payer")[:, 0], 0)])
    rows.append(["**QALYs**", *_pair(base.effect("qaly")[:, 0], 2)])
    rows.append(["life-years, discounted", *_pair(base.effect("ly")[:, 0], 2)])
    rows += [[one, *_pair(base.cost(one)[:, 0], 0)] for one in WORK]
    return table(["", *base.strategies, "difference"], rows)


def scenarios(book: Book, model: DecisionTree, names: tuple[str, ...]) -> str:
    """The increment, its ratio and its net benefit in the base case and in scenarios."""
    rows = []
    for name in ("", *names):
        outcomes = hecon.run(model, (book.scenario(name) if name else book).base())
        more, gain = (x[1, 0] - x[0, 0] for x in (outcomes.cost("payer"), outcomes.effect("qaly")))
        ratio = f"{more / gain:,.0f}" if more * gain > 0 else "dominant" if gain > 0 else "dominated"
        label = f"`{name}`: {book.scenarios[name].label}" if name else "base case"
        rows.append([label, f"{gain:.2f}", f"{more:,.0f}", ratio, f"{THRESHOLD * gain - more:,.0f}"])
    return table(["", "more QALYs", "more cost", "USD per QALY", "net benefit at 150,000"], rows)


def probabilistic(book: Book, models: dict[str, DecisionTree]) -> str:
    """Means with 95% intervals, and the share of draws in which each cell therapy is worth it."""
    rows = []
    draws = book.sample(DRAWS, seed=SEED)
    for name, model in models.items():
        outcomes = hecon.run(model, draws)
        more, gain = (x[1] - x[0] for x in (outcomes.cost("payer"), outcomes.effect("qaly")))
        worth = f"{np.mean(THRESHOLD * gain > more):.0%}"
        rows.append([name, _interval(more, 0), _interval(gain, 2), worth])
    return table(["", "more cost", "more QALYs", "worth it at 150,000"], rows)


def _pair(values: Array, digits: int) -> list[str]:
    return [*(f"{x:,.{digits}f}" for x in values), f"{values[1] - values[0]:+,.{digits}f}"]


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
