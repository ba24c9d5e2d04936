"""The results of this case beside the published ones, with a bridge from our costs to theirs, as Markdown tables.

`python models/car_t_paediatric_all/bridge.py` puts them into README.md between its two markers; a test compares.
"""

import runpy
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path

import numpy as np

import hecon
import hecon.causes
from hecon.arrays import Array
from hecon.inputs.book import Book
from hecon.inputs.draws import Draws
from hecon.outcomes import Outcomes
from hecon.structure.lowering import Model

HERE = Path(__file__).parent
INPUTS = HERE.parents[1] / "inputs" / HERE.name
BEGIN, END = "<!-- results: written by bridge.py -->", "<!-- end of results -->"
ARMS = ("salvage", "tisagenlecleucel")
SECTOR = "health care sector"
Run = Callable[..., Outcomes]  # of a structure and a scenario, the base case by itself
METHODS = ("illness", "friction", "human capital")
DRAWS, SEED, THRESHOLDS = 2_000, 1, (50_000, 100_000, 150_000)

# Whittington 2018 (= ICER 2018); life-years recalled, the rest read (PMC8051992, table T2)
PUBLISHED = {"Cost, USD of 2017": (337_256.0, 666_754.0), "QALYs": (2.10, 9.28), "Life-years": (2.43, 10.34)}

# Differences from the published model that can be put into numbers, taken one after the other (the first two recalled)
STEPS: tuple[tuple[str, dict[str, float]], ...] = (
    ("payment on response at month 1", {"pay_on_response": 1}),
    (
        "first data cut: 75 infused, 7 failures, 10 other of 92",
        {"p_infused": 75 / 92, "p_manufacturing_failure": 7 / 92, "p_died_waiting": 10 / 92},
    ),
    ("10% long-term survivors after salvage", {"p_tail_salvage": 0.10}),
    ("nobody transplanted after an event", {"p_later_transplant": 0}),
)


def all_tables(book: Book, models: Mapping[str, Model]) -> str:
    """All tables, in the order of the README."""

    @cache
    def run(structure: str = "markov", scenario: str = "") -> Outcomes:
        return hecon.run(models[structure], (book.scenario(scenario) if scenario else book).base())

    psa = {name: hecon.run(models[name], book.sample(DRAWS, seed=SEED)) for name in ("markov", "partitioned")}
    found = {
        "Beside the published results": beside(run),
        "From our costs to the published ones, USD of 2017 per patient": bridge(book, models["markov"]),
        "What the difference is made of, USD of 2017 per patient": causes(run()),
        "Society: three methods of lost work, with and without consumption": society(run),
        "Other comparators": comparators(run),
        "Scenarios": scenarios(book, models["markov"], run),
        f"Probabilistic analysis ({DRAWS:,} draws, seed {SEED})": probabilistic(psa["markov"]),
        "Survival of the infused: 95% of draws beside the published interval": spread(book, models["markov"]),
        "Two structures": structures(run, psa),
    }
    return "\n\n".join(f"### {title}\n\n{table}" for title, table in found.items())


def beside(run: Run) -> str:
    """Base case and scenario `published_us` beside the published totals, both arms and the increment."""
    rows = []
    runs = [run(), run(scenario="published_us")]
    for name, (salvage, car_t) in PUBLISHED.items():
        digits = 0 if name.startswith("Cost") else 2
        theirs = (salvage, car_t, car_t - salvage)
        mine = [_both(_of(one, name)) for one in runs]
        rows.append([name, *(f"{x:,.{digits}f}" for x in theirs)])
        for label, values in zip(("base case", "`published_us`"), mine, strict=True):
            cells = [f"{x:,.{digits}f} ({x / y - 1:+.1%})" for x, y in zip(values, theirs, strict=True)]
            rows.append([f"{name}, {label}", *cells])
    for effect, theirs_ratio in (("QALYs", 45_871.0), ("Life-years", 41_642.0)):
        rows.append([f"USD per {'QALY' if effect == 'QALYs' else 'life-year'}", "", "", f"{theirs_ratio:,.0f}"])
        for label, one in zip(("base case", "`published_us`"), runs, strict=True):
            ours = _both(_of(one, "Cost, USD of 2017"))[2] / _both(_of(one, effect))[2]
            rows.append([f"the same, {label}", "", "", f"{ours:,.0f} ({ours / theirs_ratio - 1:+.1%})"])
    return _markdown(["", *ARMS, "increment"], rows)


def bridge(book: Book, model: Model) -> str:
    """From our total to the published one, with the remainder that nothing here explains."""
    before = hecon.run(model, book.base()).cost(SECTOR)[:, 0]
    rows = [["**ours**, health care sector", *_whole(before)]]
    changes: dict[str, float] = {}
    for label, change in STEPS:
        changes |= change
        after = hecon.run(model, book.fix(**changes)).cost(SECTOR)[:, 0]
        rows.append([label, *(f"{x:+,.0f}" for x in after - before)])
        before = after
    published = np.array(PUBLISHED["Cost, USD of 2017"])
    rows.append(["hospital mark-up; unit costs of the US; transplants of the published model", "unknown", "unknown"])
    rows.append(["**unexplained remainder**", *(f"{x:+,.0f}" for x in published - before)])
    rows.append(["**published**", *_whole(published)])
    return _markdown(["", *ARMS], rows)


def causes(base: Outcomes) -> str:
    """Costs by cause, harms and later treatments by what they are of; the last column is the difference."""
    sums: dict[str, Array] = {}
    for k, item in enumerate(base.items):
        if item.kind == "cost" and item.sector != "consumption" and item.method in ("", "human capital"):
            name = item.category + (f", {item.of}" if item.of and item.category != "delivery" else "")
            sums[name] = sums.get(name, 0) + base.values[:, k, 0]
    order = list(hecon.causes.CAUSES)
    rows = [
        [name, *_whole(_both(sums[name]))] for name in sorted(sums, key=lambda x: (order.index(_cause(x, order)), x))
    ]
    upfront = sum(values for name, values in sums.items() if name in ("product", "delivery"))
    rows.append(["**upfront** (product and delivery)", *_whole(_both(upfront))])
    rows.append(["**societal** (human capital, without consumption)", *_whole(_both(base.cost("societal")[:, 0]))])
    return _markdown(["", *ARMS, "difference"], rows)


def society(run: Run) -> str:
    """Extra cost of tisagenlecleucel in eight perspectives, base case and the two published conventions."""
    runs = [run(), run(scenario="published_ch"), run(scenario="published_nl")]
    names = [
        "payer",
        SECTOR,
        *(f"societal: {method}{more}" for more in ("", " with consumption") for method in METHODS),
    ]
    rows = [[name, *(f"{_both(one.cost(name)[:, 0])[2]:+,.0f}" for one in runs)] for name in names]
    return _markdown(["extra cost", "base case", "`published_ch`", "`published_nl`"], rows)


def comparators(run: Run) -> str:
    """Four strategies, and tisagenlecleucel against each; QALYs of the Dutch scenario beside the published ones."""
    base, dutch = run("comparators"), run("comparators", "published_nl")
    printed = {"salvage": 0.74, "blinatumomab": 2.25, "transplantation": 1.70, "tisagenlecleucel": 11.26}
    rows = []
    cost, social, qaly = base.cost(SECTOR)[:, 0], base.cost("societal")[:, 0], base.effect()[:, 0]
    for k, name in enumerate(base.strategies):
        more = qaly[-1] - qaly[k]
        ratios = [f"{(x[-1] - x[k]) / more:,.0f}" if more else "" for x in (cost, social)]
        nl = f"{dutch.effect()[k, 0]:.2f} ({printed[name]:.2f})"
        rows.append([name, f"{cost[k]:,.0f}", f"{base.effect('ly')[k, 0]:.2f}", f"{qaly[k]:.2f}", *ratios, nl])
    head = ["", "cost", "life-years", "QALYs", "tisagenlecleucel v this, per QALY", "the same, societal"]
    return _markdown([*head, "QALYs in `published_nl` (published)"], rows)


def scenarios(book: Book, model: Model, run: Run) -> str:
    """Every scenario of the case: both arms, the increment and its ratio."""
    found = {}
    by_value = [name for name, one in book.scenarios.items() if all(c.target == "parameter" for c in one.changes)]
    together = _together(book, ["", *by_value])
    outcomes = hecon.run(model, together)
    for k, name in enumerate(["base case", *by_value]):
        found[name] = [_both(x[:, k]) for x in _wanted(outcomes)]
    for name in book.scenarios:
        if name not in found:
            found[name] = [_both(x[:, 0]) for x in _wanted(run(scenario=name))]
    rows = []
    for name in ["base case", *book.scenarios]:
        qaly, cost, social = found[name]
        shown = f"`{name}`" if name in book.scenarios else name
        ratios = [f"{cost[2]:,.0f}", f"{cost[2] / qaly[2]:,.0f}", f"{social[2] / qaly[2]:,.0f}"]
        rows.append([shown, *(f"{x:.2f}" for x in qaly), *ratios])
    head = ["", *(f"QALYs, {arm}" for arm in ARMS), "more QALYs", "more cost", "per QALY", "per QALY, societal"]
    return _markdown(head, rows)


def _together(book: Book, names: Sequence[str]) -> Draws:
    """One draw per scenario that changes values alone ("" is the base case), so that one run has them all."""
    base = {name: np.full(len(names), one.value) for name, one in book.parameters.items()}
    for k, name in enumerate(names):
        for change in book.scenarios[name].changes if name else ():
            base[change.name][k] = float(change.value)
    return book.sample(len(names), seed=SEED).fix(**base)


def _wanted(run: Outcomes) -> tuple[Array, Array, Array]:
    return run.effect(), run.cost(SECTOR), run.cost("societal")


def probabilistic(psa: Outcomes) -> str:
    """Means and 95% intervals of both arms and the increment; the share of draws in which each arm is best."""
    rows = []
    lost = psa.cost("societal") - psa.cost(SECTOR)
    cost, qaly = psa.cost(SECTOR), psa.effect("qaly")
    for name, values, digits in (
        ("Cost", cost, 0),
        ("QALYs", qaly, 2),
        ("Life-years", psa.effect("ly"), 2),
        ("Time and work, human capital", lost, 0),
    ):
        rows.append([name, *(_interval(x, digits) for x in (*values, values[1] - values[0]))])
    more_cost, more_qaly = cost[1] - cost[0], qaly[1] - qaly[0]
    rows.append(["USD per QALY, ratio of means", "", "", f"{more_cost.mean() / more_qaly.mean():,.0f}"])
    for threshold in THRESHOLDS:
        best = float(np.mean(threshold * more_qaly > more_cost))
        rows.append([f"best at {threshold:,} per QALY", f"{1 - best:.1%}", f"{best:.1%}", ""])
    saved = float(np.mean(more_cost + lost[1] - lost[0] < 0))
    rows.append(["societal cost lower (human capital)", "", f"{saved:.1%}", ""])
    return _markdown(["", *ARMS, "increment"], rows)


def spread(book: Book, model: Model) -> str:
    """Survival of the infused at its points over the draws, beside the published intervals."""
    draws = book.sample(DRAWS, seed=SEED).fix(p_infused=1, p_manufacturing_failure=0, p_died_waiting=0)
    found = {one.name: one.value for one in hecon.run(model, draws).kept["checks"]}
    rows = []
    for what, month, published in (
        ("event-free", 36, "0.44 (0.31 to 0.57)"),
        ("overall", 18, "0.70 (0.58 to 0.79)"),
        ("overall", 36, "0.63 (0.51 to 0.73)"),
        ("overall", 60, "0.55 (0.43 to 0.66)"),
    ):
        values = found[f"{what} survival of the infused at month {month}"]
        rows.append([f"{what}, month {month}", _interval(values, 2), published])
    return _markdown(["", "draws", "published"], rows)


def structures(run: Run, psa: Mapping[str, Outcomes]) -> str:
    """Both structures: base case, survival, scenarios that tell them apart, draws."""
    found = {name: run(name) for name in psa}
    rows = []
    for label, digits in (("Cost, USD of 2017", 0), ("QALYs", 2), ("Life-years", 2)):
        cells = [", ".join(f"{x:,.{digits}f}" for x in _both(_of(one, label))) for one in found.values()]
        rows.append([f"{label}: {', '.join(ARMS)}, increment", *cells])
    for name in ("", "cured_event_free_only", "cure_month_36", "smr_1"):
        ratios = []
        for structure in psa:
            qaly, cost, _ = (_both(one[:, 0])[2] for one in _wanted(run(structure, name)))
            ratios.append(f"{cost / qaly:,.0f}")
        rows.append([f"USD per QALY, {f'`{name}`' if name else 'base case'}", *ratios])
    more = [one.effect("qaly")[1] - one.effect("qaly")[0] for one in psa.values()]
    rows.append(["more QALYs over the draws", *(_interval(x, 2) for x in more)])
    crossed = np.mean(psa["partitioned"].kept["reports"]["tisagenlecleucel", "crossings"] > 12)
    rows.append(["draws in which event-free exceeded overall survival for over a year", "", f"{crossed:.1%}"])
    return _markdown(["", *psa], rows)


def _of(run: Outcomes, label: str) -> Array:
    return (run.cost(SECTOR) if label.startswith("Cost") else run.effect("qaly" if label == "QALYs" else "ly"))[:, 0]


def _both(values: Array) -> Array:
    """Both arms and the difference."""
    return np.array([values[0], values[1], values[1] - values[0]])


def _cause(name: str, order: Sequence[str]) -> str:
    return next(cause for cause in sorted(order, key=len, reverse=True) if name.startswith(cause))


def _whole(values: Array) -> list[str]:
    return [f"{x:,.0f}" for x in values]


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
