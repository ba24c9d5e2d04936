"""The results of this case beside the published ones, as Markdown tables.

`python models/til_melanoma/bridge.py` puts them into README.md between its two markers; a test compares.
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
DRAWS, SEED, THRESHOLD = 10_000, 1, 80_000
# Retel 2018: cost (EUR) and QALYs of ipilimumab and TIL
PUBLISHED = {"cost": (94_705.0, 81_140.0), "qaly": (0.38, 0.45)}
Run = Callable[[Draws], Outcomes]


def tables(book: Book, run: Run) -> str:
    """All tables; `run` turns draws into outcomes."""
    parts = [
        ("Beside the published results", beside(run(book.base()))),
        ("From the published table to the published costs, EUR per patient", costs(book, run)),
        ("Scenarios", scenarios(book, run)),
        (f"Probabilistic analysis ({DRAWS:,} draws, seed {SEED})", probabilistic(run(book.sample(DRAWS, seed=SEED)))),
    ]
    return "\n\n".join(f"### {title}\n\n{text}" for title, text in parts)


def beside(base: Outcomes) -> str:
    """Ours, published and the difference, for both arms."""
    rows = []
    for name, ours, digits in (
        ("Cost, health care, EUR", base.cost("payer")[:, 0], 0),
        ("QALYs", base.effect("qaly")[:, 0], 3),
    ):
        published = PUBLISHED["cost" if digits == 0 else "qaly"]
        cells = [name]
        for mine, theirs in zip(ours, published, strict=True):
            cells += [f"{mine:,.{digits}f}", f"{theirs:,.{max(digits - 1, 0)}f}"]
        rows.append(cells)
    head = ["", "ipilimumab: ours", "ipilimumab: published", "TIL: ours", "TIL: published"]
    return table(head, rows)


def costs(book: Book, run: Run) -> str:
    """What the published table holds, what failures and state costs add, and what is left."""
    bare = run(book.scenario("table_only").base()).cost("payer")[:, 0]
    tree = run(book.fix(c_progressive_year=0)).cost("payer")[:, 0]
    ours = run(book.base()).cost("payer")[:, 0]
    published = np.array(PUBLISHED["cost"])
    rows = [
        ["treatment, as in the published table", *_whole(bare)],
        ["failed and not completed: ipilimumab after TIL (hypothesis)", *_signed(tree - bare)],
        ["care in progressive disease (calibrated on ipilimumab)", *_signed(ours - tree)],
        ["**ours**", *_whole(ours)],
        ["**unexplained remainder**", *_signed(published - ours)],
        ["**published**", *_whole(published)],
    ]
    return table(["", "ipilimumab", "TIL"], rows)


def scenarios(book: Book, run: Run) -> str:
    """Every scenario: QALYs of both arms, the increments and net benefit."""
    rows = []
    books = {"base case": book} | {name: book.scenario(name) for name in book.scenarios}
    for name, one in books.items():
        outcomes = run(one.base())
        cost, qaly, social = (
            outcomes.cost("payer")[:, 0],
            outcomes.effect("qaly")[:, 0],
            outcomes.cost("societal")[:, 0],
        )
        gain = qaly[1] - qaly[0]
        cells = [f"`{name}`" if name in book.scenarios else name, *(f"{x:.3f}" for x in (*qaly, gain))]
        cells += [f"{cost[1] - cost[0]:,.0f}", f"{THRESHOLD * gain - cost[1] + cost[0]:,.0f}"]
        rows.append([*cells, f"{THRESHOLD * gain - social[1] + social[0]:,.0f}"])
    head = ["", "QALYs, ipilimumab", "QALYs, TIL", "more QALYs", "more cost"]
    return table([*head, f"net benefit at {THRESHOLD:,}", "net benefit, societal"], rows)


def probabilistic(psa: Outcomes) -> str:
    """Means and 95% intervals, the share of draws in which TIL is best, what perfect information is worth."""
    cost, qaly = psa.cost("payer"), psa.effect("qaly")
    rows = []
    for name, values, digits in (("Cost", cost, 0), ("QALYs", qaly, 2)):
        rows.append([name, *(_interval(x, digits) for x in (*values, values[1] - values[0]))])
    benefit = THRESHOLD * (qaly[1] - qaly[0]) - (cost[1] - cost[0])
    worth = np.maximum(benefit, 0).mean() - max(benefit.mean(), 0.0)
    rows.append([f"TIL best at {THRESHOLD:,} per QALY", "", "", f"{np.mean(benefit > 0):.1%}"])
    rows.append(["perfect information, EUR per patient", "", "", f"{worth:,.0f}"])
    crossed = np.mean(psa.kept["reports"]["til", "crossings"] > 0)
    rows.append(["draws in which progression-free survival exceeded overall", "", f"{crossed:.1%}", ""])
    return table(["", "ipilimumab", "TIL", "increment"], rows)


def _whole(values: Array) -> list[str]:
    return [f"{x:,.0f}" for x in values]


def _signed(values: Array) -> list[str]:
    return [f"{x:+,.0f}" for x in values]


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
