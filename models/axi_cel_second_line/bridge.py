"""The results of this case beside the published ones, with a bridge from our costs to theirs, as Markdown tables.

`python models/axi_cel_second_line/bridge.py` puts them into README.md between its two markers; a test compares.
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
DRAWS, SEED = 10_000, 1
# Perales 2022: QALYs, alive at 10 years, median survival (months), added cost
QALYS, ALIVE_10, MEDIAN, ADDED = (5.56, 7.08), (0.38, 0.48), (24, 59), 100_366.0
# Other published increments of the same decision: QALYs, USD per QALY
OTHERS = {
    "Perales 2022": ("1.52", "66,381"),
    "Oluwole 2024": ("1.63", "98,040"),
    "Kambhampati 2022": ("not read", "93,547"),
    "Choe 2022, health sector": ("not read", "99,101"),
}
Run = Callable[[Draws], Outcomes]


def tables(book: Book, run: Run) -> str:
    """All tables; `run` turns draws into outcomes."""
    base = run(book.base())
    draws = book.sample(DRAWS, seed=SEED)
    psa = run(draws)
    parts = [
        ("Beside the published results", beside(base)),
        ("Beside other published analyses of the same decision", others(base)),
        ("From our costs to the published difference, USD of 2021 per patient", bridge(base)),
        ("Costs by sector and perspective, USD of 2021 per patient", sectors(base)),
        ("Scenarios", scenarios(book, run)),
        (f"Probabilistic analysis ({DRAWS:,} draws, seed {SEED})", probabilistic(psa)),
    ]
    return "\n\n".join(f"### {title}\n\n{text}" for title, text in parts)


def beside(base: Outcomes) -> str:
    """Ours and published, both arms and the increment."""
    qaly, cost = base.effect("qaly")[:, 0], base.cost("payer")[:, 0]
    rows = [["QALYs", *_pairs(qaly, QALYS, 2), f"{qaly[1] - qaly[0]:.2f}", f"{QALYS[1] - QALYS[0]:.2f}"]]
    for label, report, published, digits in (
        ("alive at 10 years", "alive at 10 years", ALIVE_10, 2),
        ("months until half have died", "months until half have died", MEDIAN, 0),
    ):
        ours = np.array([float(base.kept["reports"][arm, report][0]) for arm in ARMS])
        rows.append([label, *_pairs(ours, published, digits), "", ""])
    more = float(cost[1] - cost[0])
    rows.append(["Cost, payer", f"{cost[0]:,.0f}", "", f"{cost[1]:,.0f}", "", f"{more:,.0f}", f"{ADDED:,.0f}"])
    rows.append(["USD per QALY", *[""] * 4, f"{more / (qaly[1] - qaly[0]):,.0f}", "66,381"])
    head = [f"{who}: {what}" for who in (*ARMS, "increment") for what in ("ours", "published")]
    return table(["", *head], rows)


def others(base: Outcomes) -> str:
    """The increment beside those of other analyses."""
    qaly, cost = base.effect("qaly")[:, 0], base.cost("payer")[:, 0]
    more, gain = float(cost[1] - cost[0]), float(qaly[1] - qaly[0])
    rows = [["ours", f"{gain:.2f}", f"{more / gain:,.0f}"], *([name, *pair] for name, pair in OTHERS.items())]
    return table(["", "more QALYs", "USD per QALY"], rows)


def bridge(base: Outcomes) -> str:
    """Item by item from our difference to the published one, with the remainder."""
    rows = []
    for name, values in base.split("category", "payer").items():
        rows.append([name, *_whole(values[:, 0]), f"{values[1, 0] - values[0, 0]:+,.0f}"])
    total = base.cost("payer")[:, 0]
    more = float(total[1] - total[0])
    rows.append(["**ours**, payer", *_whole(total), f"{more:+,.0f}"])
    rows.append(
        ["**unexplained remainder** (no item of the published totals was read)", "", "", f"{ADDED - more:+,.0f}"]
    )
    rows.append(["**published**", "not read", "not read", f"{ADDED:+,.0f}"])
    return table(["", *ARMS, "difference"], rows)


def sectors(base: Outcomes) -> str:
    """Cost of each sector and arm, and what each perspective counts of them."""
    rows = [[sector, *_whole(values[:, 0])] for sector, values in base.split("sector", "societal").items()]
    totals = [[f"**{one}**", *_whole(base.cost(one)[:, 0])] for one in ("payer", "health care sector", "societal")]
    return table(["", *ARMS], rows + totals)


def scenarios(book: Book, run: Run) -> str:
    """Every scenario: both arms, the increment and its ratio."""
    rows = []
    for name, one in ({"base case": book} | {name: book.scenario(name) for name in book.scenarios}).items():
        outcomes = run(one.base())
        cost, qaly, social = (
            outcomes.cost("payer")[:, 0],
            outcomes.effect("qaly")[:, 0],
            outcomes.cost("societal")[:, 0],
        )
        more, gain = cost[1] - cost[0], qaly[1] - qaly[0]
        cells = [f"`{name}`" if name in book.scenarios else name, *(f"{x:.2f}" for x in (*qaly, gain))]
        rows.append([*cells, f"{more:,.0f}", f"{more / gain:,.0f}", f"{(social[1] - social[0]) / gain:,.0f}"])
    head = ["", *(f"QALYs, {arm}" for arm in ARMS), "more QALYs", "more cost", "per QALY", "per QALY, societal"]
    return table(head, rows)


def probabilistic(psa: Outcomes) -> str:
    """Means and 95% intervals, the share of draws in which axi-cel is best, crossings."""
    cost, qaly = psa.cost("payer"), psa.effect("qaly")
    rows = []
    for name, values, digits in (("Cost", cost, 0), ("QALYs", qaly, 2)):
        rows.append([name, *(_interval(x, digits) for x in (*values, values[1] - values[0]))])
    more, gain = cost[1] - cost[0], qaly[1] - qaly[0]
    rows.append(["USD per QALY, ratio of means", "", "", f"{more.mean() / gain.mean():,.0f}"])
    for threshold in (50_000, 100_000, 150_000):
        rows.append([f"axi-cel best at {threshold:,} per QALY", "", "", f"{np.mean(threshold * gain > more):.1%}"])
    crossed = [f"{np.mean(psa.kept['reports'][arm, 'crossings'] > 0):.1%}" for arm in ARMS]
    rows.append(["draws in which event-free exceeded overall survival at any time", *crossed, ""])
    return table(["", *ARMS, "increment"], rows)


def _pairs(ours: Array, published: tuple[float, float], digits: int) -> list[str]:
    return [f"{x:.{digits}f}" for pair in zip(ours, published, strict=True) for x in pair]


def _whole(values: Array) -> list[str]:
    return [f"{x:,.0f}" for x in values]


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
