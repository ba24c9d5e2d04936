"""The results of this case beside the published ones, with a bridge from our costs to theirs, as Markdown tables.

`python models/car_t_paediatric_all/bridge.py` puts them into README.md between its two markers; a test compares.
"""

import runpy
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

import hecon
from hecon.arrays import Array
from hecon.inputs.book import Book
from hecon.inputs.draws import Draws
from hecon.inputs.parameter import Table
from hecon.outcomes import Outcomes
from hecon.structure.lowering import Model

HERE = Path(__file__).parent
INPUTS = HERE.parents[1] / "inputs" / HERE.name
BEGIN, END = "<!-- results: written by bridge.py -->", "<!-- end of results -->"
ARMS = ("salvage", "tisagenlecleucel")
PERSPECTIVE = "health care sector"
DRAWS, SEED, THRESHOLDS = 10_000, 1, (50_000, 100_000, 150_000)

# Whittington 2018 (= ICER 2018); life-years recalled, the rest read (PMC8051992, table T2)
PUBLISHED = {"Cost, USD of 2017": (337_256.0, 666_754.0), "QALYs": (2.10, 9.28), "Life-years": (2.43, 10.34)}

# Differences from the published model that can be put into numbers, taken one after the other (recalled)
STEPS: tuple[tuple[str, dict[str, float]], ...] = (
    ("payment on response at month 1", {"pay_on_response": 1}),
    (
        "first data cut: 75 infused, 7 failures, 10 other of 92",
        {"p_infused": 75 / 92, "p_manufacturing_failure": 7 / 92, "p_died_waiting": 10 / 92},
    ),
)

Run = Callable[[Draws], Outcomes]


def tables(book: Book, run: Run) -> str:
    """All tables; `run` turns draws into outcomes."""
    base = run(book.base())
    parts = [
        ("Beside the published results", beside(base)),
        ("From our costs to the published ones, USD of 2017 per patient", bridge(book, run)),
        ("Costs by sector and perspective, USD of 2017 per patient", sectors(base)),
        ("Scenarios", scenarios(book, run)),
    ]
    draws = book.sample(DRAWS, seed=SEED)
    parts += [
        (f"Probabilistic analysis ({DRAWS:,} draws, seed {SEED})", probabilistic(run(draws))),
        ("Overall survival of the infused: 95% of draws beside the published interval", spread(draws)),
    ]
    return "\n\n".join(f"### {title}\n\n{table}" for title, table in parts)


def all_tables(book: Book, models: Mapping[str, Model]) -> str:
    """The tables of the Markov structure, then the two structures beside each other."""
    text = tables(book, lambda draws: hecon.run(models["markov"], draws))
    return f"{text}\n\n### Two structures\n\n{structures(book, models)}"


def structures(book: Book, models: Mapping[str, Model]) -> str:
    """Both structures: base case, survival, scenarios that tell them apart, draws."""
    found = {name: hecon.run(model, book.base()) for name, model in models.items()}
    rows = []
    for label, kind, digits in (("Cost", "cost", 0), ("QALYs", "qaly", 2), ("Life-years", "ly", 2)):
        cells = [f"{label}: {', '.join(ARMS)}, increment"]
        for one in found.values():
            values = one.cost(PERSPECTIVE)[:, 0] if kind == "cost" else one.effect(kind)[:, 0]
            cells.append(", ".join(f"{x:,.{digits}f}" for x in (*values, values[1] - values[0])))
        rows.append(cells)
    for name in ("", "cured_event_free_only", "cure_month_36", "smr_1"):
        changed = book.scenario(name) if name else book
        rows.append([f"USD per QALY, {f'`{name}`' if name else 'base case'}"])
        rows[-1] += [f"{_ratio(hecon.run(model, changed.base())):,.0f}" for model in models.values()]
    for scenario, family in (("weibull", "weibull mixture cure"), ("log-logistic", "llogis mixture cure")):
        number = [*book.fitted["os_infused"].fits].index(family) + 1
        other = hecon.run(models["partitioned"], book.fix(os_infused_family=number, efs_infused_family=number))
        rows.append([f"USD per QALY, {scenario} mixture cure", "", f"{_ratio(other):,.0f}"])
    draws = book.sample(DRAWS, seed=SEED)
    psa = [hecon.run(model, draws) for model in models.values()]
    more = [one.effect("qaly")[1] - one.effect("qaly")[0] for one in psa]
    rows.append(["more QALYs over the draws", *(_interval(x, 2) for x in more)])
    crossed = np.mean(psa[1].kept["reports"]["tisagenlecleucel", "crossings"] > 12)
    rows.append(["draws in which event-free exceeded overall survival for over a year", "", f"{crossed:.1%}"])
    return _markdown(["", *models], rows)


def _ratio(outcomes: Outcomes) -> float:
    cost, qaly = outcomes.cost(PERSPECTIVE)[:, 0], outcomes.effect("qaly")[:, 0]
    return float((cost[1] - cost[0]) / (qaly[1] - qaly[0]))


def beside(base: Outcomes) -> str:
    """Ours, published and the difference in per cent, for both arms and the increment."""
    ours = {
        "Cost, USD of 2017": base.cost(PERSPECTIVE)[:, 0],
        "QALYs": base.effect("qaly")[:, 0],
        "Life-years": base.effect("ly")[:, 0],
    }
    rows = []
    for name, (salvage, car_t) in PUBLISHED.items():
        digits = 0 if name.startswith("Cost") else 2
        pairs = [*zip(ours[name], (salvage, car_t), strict=True), (ours[name][1] - ours[name][0], car_t - salvage)]
        cells = [cell for mine, theirs in pairs for cell in _compare(float(mine), theirs, digits)]
        rows.append([name, *cells])
    gain = {name: float(values[1] - values[0]) for name, values in ours.items()}
    for name, effect, theirs in (("USD per QALY", "QALYs", 45_871.0), ("USD per life-year", "Life-years", 41_642.0)):
        rows.append([name, *[""] * 6, *_compare(gain["Cost, USD of 2017"] / gain[effect], theirs, 0)])
    rows.append(
        ["Life-years, undiscounted", *(c for x in base.effect("ly_undiscounted")[:, 0] for c in (f"{x:.2f}", "", ""))]
    )
    head = [f"{arm}: {column}" for arm in (*ARMS, "increment") for column in ("ours", "published", "difference")]
    return _markdown(["", *head], rows)


def sectors(base: Outcomes) -> str:
    """Cost of each sector and arm, and what each perspective counts of them."""
    split = base.split("sector", "societal")
    rows = [[sector, *_whole(values[:, 0])] for sector, values in split.items()]
    totals = [[f"**{one}**", *_whole(base.cost(one)[:, 0])] for one in ("payer", PERSPECTIVE, "societal")]
    return _markdown(["", *ARMS], rows + totals)


def bridge(book: Book, run: Run) -> str:
    """Item by item from our total to the published one, with the remainder that nothing here explains."""
    base = run(book.base())
    rows = [[category, *_whole(values[:, 0])] for category, values in base.split("category", PERSPECTIVE).items()]
    before = base.cost(PERSPECTIVE)[:, 0]
    rows.append(["**ours**, health care sector", *_whole(before)])
    changes: dict[str, float] = {}
    for label, change in STEPS:
        changes |= change
        after = run(book.fix(**changes)).cost(PERSPECTIVE)[:, 0]
        rows.append([label, *(f"{x:+,.0f}" for x in after - before)])
        before = after
    published = np.array(PUBLISHED["Cost, USD of 2017"])
    rows.append(["hospital mark-up; unit costs of the US; transplants after salvage", "unknown", "unknown"])
    rows.append(["**unexplained remainder**", *(f"{x:+,.0f}" for x in published - before)])
    rows.append(["**published**", *_whole(published)])
    return _markdown(["", *ARMS], rows)


def scenarios(book: Book, run: Run) -> str:
    """Every scenario of the case: both arms, the increment and its ratio."""
    rows = []
    books = {"base case": book} | {name: book.scenario(name) for name in book.scenarios}
    for name, one in books.items():
        outcomes = run(one.base())
        cost, qaly = outcomes.cost(PERSPECTIVE)[:, 0], outcomes.effect("qaly")[:, 0]
        social = outcomes.cost("societal")[:, 0]
        more = qaly[1] - qaly[0]
        rows.append(
            [
                f"`{name}`" if name in book.scenarios else name,
                *(f"{x:.2f}" for x in (*qaly, more)),
                f"{cost[1] - cost[0]:,.0f}",
                f"{(cost[1] - cost[0]) / more:,.0f}",
                f"{(social[1] - social[0]) / more:,.0f}",
            ]
        )
    head = ["", *(f"QALYs, {arm}" for arm in ARMS), "more QALYs", "more cost", "per QALY", "per QALY, societal"]
    return _markdown(head, rows)


def probabilistic(psa: Outcomes) -> str:
    """Means and 95% intervals of both arms and the increment; the share of draws in which each arm is best."""
    rows = []
    cost, qaly, ly = psa.cost(PERSPECTIVE), psa.effect("qaly"), psa.effect("ly")
    for name, values, digits in (("Cost", cost, 0), ("QALYs", qaly, 2), ("Life-years", ly, 2)):
        rows.append([name, *(_interval(x, digits) for x in (*values, values[1] - values[0]))])
    more_cost, more_qaly = cost[1] - cost[0], qaly[1] - qaly[0]
    rows.append(["USD per QALY, ratio of means", "", "", f"{more_cost.mean() / more_qaly.mean():,.0f}"])
    for threshold in THRESHOLDS:
        best = float(np.mean(threshold * more_qaly > more_cost))
        rows.append([f"best at {threshold:,} per QALY", f"{1 - best:.1%}", f"{best:.1%}", ""])
    return _markdown(["", *ARMS, "increment"], rows)


def spread(draws: Draws) -> str:
    """Overall survival at the landmarks over the draws, by the monthly scheme of the model."""
    points, published = draws.book.tables["landmarks"], draws.book.tables["os_interval"]
    event_free, relapsed = np.ones(draws.n), np.zeros(draws.n)
    rows = []
    for a, b in ((0, 6), (6, 12), (12, 36), (36, 60)):
        p_event = 1 - draws[f"p_efs_{a}_{b}"] ** (1 / (b - a))
        stay = np.exp(-draws[f"r_die_relapsed_{a}_{b}"] / 12)
        for _ in range(a, b):
            relapsed = relapsed * stay + event_free * p_event * (1 - draws["p_event_death"])
            event_free = event_free * (1 - p_event)
        value, low, high = (_cell(points, b, "os"), _cell(published, b, "low"), _cell(published, b, "high"))
        rows.append([f"month {b}", _interval(event_free + relapsed, 2), f"{value:.2f} ({low:.2f} to {high:.2f})"])
    return _markdown(["", "draws", "published"], rows)


def _whole(values: Array) -> list[str]:
    return [f"{x:,.0f}" for x in values]


def _cell(table: Table, index: float, column: str) -> float:
    (row,) = np.nonzero(table.index == index)[0]
    return float(table.columns[column][row])


def _compare(ours: float, theirs: float, digits: int) -> tuple[str, str, str]:
    return f"{ours:,.{digits}f}", f"{theirs:,.{digits}f}", f"{ours / theirs - 1:+.1%}"


def _interval(x: Array, digits: int) -> str:
    low, high = np.quantile(x, [0.025, 0.975])
    return f"{x.mean():,.{digits}f} ({low:,.{digits}f} to {high:,.{digits}f})"


def _markdown(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] + ["---:"] * (len(head) - 1), *(list(row) + [""] * (len(head) - len(row)) for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def main() -> None:
    """Write the tables into README.md."""
    text = all_tables(hecon.read_inputs(INPUTS), runpy.run_path(str(HERE / "model.py"))["MODELS"])
    readme = HERE / "README.md"
    page = readme.read_text(encoding="utf-8")
    before, after = page.split(BEGIN)[0], page.split(END)[1]
    readme.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
