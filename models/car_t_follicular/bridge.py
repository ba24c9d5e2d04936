"""The results of this case as Markdown tables: totals by cause, scenarios, lost work by method, draws.

`python models/car_t_follicular/bridge.py` puts them into README.md between its two markers; a test compares.
"""

import runpy
from collections.abc import Callable
from pathlib import Path

import numpy as np

import hecon
from hecon.arrays import Array
from hecon.inputs.book import Book
from hecon.inputs.draws import Draws
from hecon.outcomes import Outcomes
from hecon.report.markdown import table

HERE = Path(__file__).parent
INPUTS = HERE.parents[1] / "inputs" / HERE.name
BEGIN, END = "<!-- results: written by bridge.py -->", "<!-- end of results -->"
ARMS = ("standard", "axi_cel")
DRAWS, SEED, THRESHOLD = 2_000, 1, 150_000
WORK = (
    "societal: illness",
    "societal: friction",
    "societal: human capital",
    "societal: human capital with consumption",
)
Run = Callable[[Draws], Outcomes]


def tables(book: Book, run: Run) -> str:
    """All tables; `run` turns draws into outcomes."""
    base = run(book.base())
    parts = [
        ("Totals by cause, USD of 2021 per patient, payer", causes(base)),
        ("Perspectives and methods of lost work, USD of 2021 per patient", perspectives(base)),
        ("Scenarios", scenarios(book, run)),
        (f"Probabilistic analysis ({DRAWS:,} draws, seed {SEED})", probabilistic(book, run)),
    ]
    return "\n\n".join(f"### {title}\n\n{text}" for title, text in parts)


def causes(base: Outcomes) -> str:
    """Cost of each cause and arm, then effects."""
    rows = [[name, *_pair(values[:, 0], 0)] for name, values in base.split("category", "payer").items()]
    rows.append(["**cost**", *_pair(base.cost("payer")[:, 0], 0)])
    rows.append(["**QALYs**", *_pair(base.effect("qaly")[:, 0], 2)])
    rows.append(["life-years, discounted", *_pair(base.effect("ly")[:, 0], 2)])
    return table(["", *ARMS, "difference"], rows)


def perspectives(base: Outcomes) -> str:
    """What each perspective counts in each arm."""
    return table(["", *ARMS, "difference"], [[one, *_pair(base.cost(one)[:, 0], 0)] for one in ("payer", *WORK)])


def scenarios(book: Book, run: Run) -> str:
    """Every scenario that changes a base case: the increment, its ratio and its net benefit."""
    rows = []
    for name, one in ({"base case": book} | {name: book.scenario(name) for name in book.scenarios}).items():
        if name == "plateau_unknown":  # of draws alone
            continue
        outcomes = run(one.base())
        more, gain = (x[1, 0] - x[0, 0] for x in (outcomes.cost("payer"), outcomes.effect("qaly")))
        label = f"`{name}`: {book.scenarios[name].label}" if name in book.scenarios else name
        rows.append([label, f"{gain:.2f}", f"{more:,.0f}", f"{more / gain:,.0f}", f"{THRESHOLD * gain - more:,.0f}"])
    return table(["", "more QALYs", "more cost", "USD per QALY", "net benefit at 150,000"], rows)


def probabilistic(book: Book, run: Run) -> str:
    """Means with 95% intervals, the share of draws in which axi-cel is worth it, and EVPI, by what is believed of a plateau."""
    rows, course_alone = [], 0.0
    for name in ("", "plateau_unknown", "plateau_35"):
        draws = (book.scenario(name) if name else book).sample(DRAWS, seed=SEED)
        outcomes = run(draws)
        more, gain = (x[1] - x[0] for x in (outcomes.cost("payer"), outcomes.effect("qaly")))
        benefit = THRESHOLD * gain - more
        evpi = np.maximum(benefit, 0).mean() - max(benefit.mean(), 0)
        cells = [_interval(more, 0), _interval(gain, 2), f"{np.mean(benefit > 0):.0%}", f"{evpi:,.0f}"]
        rows.append([f"`{name}`" if name else "base case", *cells])
        if name == "plateau_unknown":
            course = draws["course"]
            known = sum(np.mean(course == k) * max(benefit[course == k].mean(), 0) for k in (1, 2))
            course_alone = float(known - max(benefit.mean(), 0))
    text = table(["", "more cost", "more QALYs", "worth it at 150,000", "EVPI, USD a patient"], rows)
    return f"{text}\n\nOf the EVPI of `plateau_unknown`, knowing the course of the curve alone is worth {course_alone:,.0f} USD."


def _pair(values: Array, digits: int) -> list[str]:
    return [*(f"{x:,.{digits}f}" for x in values), f"{values[1] - values[0]:+,.{digits}f}"]


def _interval(x: Array, digits: int) -> str:
    low, high = np.quantile(x, [0.025, 0.975])
    return f"{x.mean():,.{digits}f} ({low:,.{digits}f} to {high:,.{digits}f})"


def main() -> None:
    """Write the tables into README.md."""
    model = runpy.run_path(str(HERE / "model.py"))["MODEL"]
    text = tables(hecon.read_inputs(INPUTS), lambda draws: hecon.run(model, draws))
    readme = HERE / "README.md"
    page = readme.read_text(encoding="utf-8")
    before, after = page.split(BEGIN)[0], page.split(END)[1]
    readme.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
