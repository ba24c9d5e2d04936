"""The results of this case beside the published ones, as Markdown tables.

`python models/axi_cel_second_line/bridge.py` puts them into README.md between its two markers; a test compares.
"""

from pathlib import Path
from typing import Any

import numpy as np

import hecon
from hecon.arrays import Array
from hecon.outcomes import Outcomes
from hecon.report.markdown import table
from hecon.results.evidence.case_evidence import case_evidence, evidence_grid

HERE = Path(__file__).parent
BEGIN, END = "<!-- results: written by bridge.py -->", "<!-- end of results -->"
DRAWS, SEED = 2_000, 1
EVIDENCE = ("what", "published", "ours", "percent", "tolerance", "within", "note")


def tables(home: Path) -> str:
    """All tables of the case whose model stands in `home`; the second strategy is compared with the first."""
    case = hecon.open_case(str(home))
    model, book = case.model, case.book
    base = hecon.run(model, book.base())
    psa = hecon.run(model, book.sample(DRAWS, seed=SEED))
    parts = [
        ("Beside the published results", beside(case, home)),
        ("Costs by cause, payer, USD of 2021 per patient", causes(base)),
        ("Perspectives, USD of 2021 per patient", perspectives(base)),
        ("Scenarios", scenarios(model, book)),
        (f"Probabilistic analysis ({DRAWS:,} draws, seed {SEED})", probabilistic(psa)),
    ]
    return "\n\n".join(f"### {title}\n\n{text}" for title, text in parts)


def beside(case: Any, home: Path) -> str:
    """Every published figure, ours, and what explains the difference."""
    grid = evidence_grid(case_evidence(case, home))
    at = [[column.name for column in grid.columns].index(name) for name in EVIDENCE]
    rows = [[str(row[k] if row[k] is not None else "") for k in at] for row in grid.rows]
    return table(["", "published", "ours", "difference", "tolerance", "within", "what explains it"], rows)


def causes(base: Outcomes) -> str:
    """Each cause, with the treatment that it is of, in both arms."""
    found: dict[str, Array] = {}
    for item, values in zip(base.items, base.values.transpose(1, 0, 2), strict=True):
        if item.kind == "cost" and item.sector in base.perspectives["payer"]:
            name = f"{item.category}: {item.of}" if item.of else item.category
            found[name] = found.get(name, np.zeros(len(base.strategies))) + values[:, 0]
    rows = [[name, *_whole(values), f"{values[1] - values[0]:+,.0f}"] for name, values in sorted(found.items())]
    total = base.cost("payer")[:, 0]
    rows.append(["**all**", *_whole(total), f"{total[1] - total[0]:+,.0f}"])
    return table(["", *base.strategies, "difference"], rows)


def perspectives(base: Outcomes) -> str:
    """Cost by perspective, the three methods of lost work among them, and the ratio."""
    gain = base.effect("qaly")[1, 0] - base.effect("qaly")[0, 0]
    rows = []
    for name in base.perspectives:
        cost = base.cost(name)[:, 0]
        more = cost[1] - cost[0]
        rows.append([name, *_whole(cost), f"{more:+,.0f}", f"{more / gain:,.0f}"])
    return table(["", *base.strategies, "difference", "per QALY"], rows)


def scenarios(model: Any, book: Any) -> str:
    """Every scenario: life-years and QALYs gained, added cost, the ratios."""
    rows = []
    for name, one in ({"base case": book} | {name: book.scenario(name) for name in book.scenarios}).items():
        found = hecon.run(model, one.base())
        cost, social = (np.diff(found.cost(which)[:, 0])[0] for which in ("payer", "societal"))
        years, gain = (float(np.diff(found.effect(which)[:, 0])[0]) for which in ("ly", "qaly"))
        label = f"`{name}`" if name in book.scenarios else name
        ratios = (f"{cost / gain:,.0f}", f"{social / gain:,.0f}") if gain > 0.1 else ("gain under 0.1", "")
        rows.append([label, f"{years:.2f}", f"{gain:.2f}", f"{cost:,.0f}", *ratios])
    return table(["", "more life-years", "more QALYs", "more cost", "per QALY", "per QALY, societal"], rows)


def probabilistic(psa: Outcomes) -> str:
    """Means and 95% intervals, the share of draws in which the second strategy is best, points not met."""
    cost, qaly = psa.cost("payer"), psa.effect("qaly")
    rows = []
    for name, values, digits in (("Cost", cost, 0), ("QALYs", qaly, 2)):
        rows.append([name, *(_interval(x, digits) for x in (*values, values[1] - values[0]))])
    more, gain = cost[1] - cost[0], qaly[1] - qaly[0]
    rows.append(["USD per QALY, ratio of means", "", "", f"{more.mean() / gain.mean():,.0f}"])
    for threshold in (50_000, 100_000, 150_000):
        rows.append([f"better at {threshold:,} per QALY", "", "", f"{np.mean(threshold * gain > more):.1%}"])
    rows.append(["gain below 0", "", "", f"{np.mean(gain < 0):.1%}"])
    for what in ("overall", "event-free"):
        shares = [_without_plateau(psa, arm, f"{what} survival has a plateau") for arm in psa.strategies]
        rows.append([f"draws without a plateau of {what} survival", *shares, ""])
    return table(["", *psa.strategies, "increment"], rows)


def _without_plateau(psa: Outcomes, arm: str, name: str) -> str:
    for check in psa.kept["checks"]:
        if check.name == name and arm in check.strategy:
            return f"{1 - np.mean(check.passed):.1%}"
    return ""


def _whole(values: Array) -> list[str]:
    return [f"{x:,.0f}" for x in values]


def _interval(x: Array, digits: int) -> str:
    low, high = np.quantile(x, [0.025, 0.975])
    return f"{x.mean():,.{digits}f} ({low:,.{digits}f} to {high:,.{digits}f})"


def write(home: Path) -> None:
    """Write the tables into README.md."""
    readme = home / "README.md"
    page = readme.read_text(encoding="utf-8")
    before, after = page.split(BEGIN)[0], page.split(END)[1]
    readme.write_text(f"{before}{BEGIN}\n\n{tables(home)}\n\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    write(HERE)
