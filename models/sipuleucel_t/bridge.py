"""The results of this case beside the published ones, as Markdown tables.

`python models/sipuleucel_t/bridge.py` puts them into README.md between its two markers; a test compares.
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
DRAWS, SEED, THRESHOLD = 10_000, 1, 150_000
# Holko 2014: added cost (USD), added QALYs, USD per QALY
PUBLISHED = (104_536.0, 0.37, 283_000.0)
CROSSOVER = 132_000.0  # USD per QALY, adjusted for crossover
Run = Callable[[Draws], Outcomes]


def tables(book: Book, run: Run) -> str:
    """All tables; `run` turns draws into outcomes."""
    names = ("", "published", "crossover", "crossover_published")
    psas = [run((book.scenario(name) if name else book).sample(DRAWS, seed=SEED)) for name in names]
    parts = [
        ("Beside the published results", beside(book, run)),
        ("Costs by cause, USD per patient", causes(run(book.base()))),
        ("Lost work of the patient by method, USD", lost_work(run(book.base()))),
        ("Scenarios", scenarios(book, run)),
        (f"Price of a dose that meets {THRESHOLD:,} USD per QALY (list 31,000)", prices(book, run)),
        (f"Probabilistic analysis ({DRAWS:,} draws, seed {SEED})", probabilistic(psas)),
    ]
    return "\n\n".join(f"### {title}\n\n{text}" for title, text in parts)


def beside(book: Book, run: Run) -> str:
    """Added cost, life-years and QALYs as randomised and adjusted for crossover, beside the published ones."""
    cost, qaly, ratio = PUBLISHED
    published = ["published", f"{cost:,.0f}", "not read"]
    rows = [_beside("base case (Weibull)", run(book.base()))]
    rows.append(_beside("`published` (exponential)", run(book.scenario("published").base())))
    rows.append([*published, f"{qaly:.2f}", f"{ratio:,.0f}"])
    for name in ("crossover", "crossover_published"):
        rows.append(_beside(f"`{name}`", run(book.scenario(name).base())))
    rows.append(
        [f"{published[0]}, adjusted for crossover", *published[1:], f"{cost / CROSSOVER:.2f}", f"{CROSSOVER:,.0f}"]
    )
    return table(["", "more cost", "more life-years", "more QALYs", "USD per QALY"], rows)


def causes(base: Outcomes) -> str:
    """Cost of each cause and arm, and what each perspective counts."""
    rows = [
        [name, *_whole(x[:, 0])]
        for name, x in base.split("category", "societal: human capital with consumption").items()
    ]
    for one in ("payer", "health care sector", "societal", "societal: human capital with consumption"):
        rows.append([f"**{one}**", *_whole(base.cost(one)[:, 0])])
    return table(["", "standard care", "with sipuleucel-T"], rows)


def lost_work(base: Outcomes) -> str:
    """Lost work of the patient by each method, alone and less what survivors consume."""
    rows = []
    for method in ("illness", "friction", "friction lower bound", "human capital"):
        by_sector = base.split("sector", f"societal: {method} with consumption")
        own = [values for name, values in by_sector.items() if name.startswith("productivity: ")]
        lost, used = np.sum(own, axis=0)[:, 0], by_sector["consumption"][:, 0]
        more = float(lost[1] - lost[0])
        rows.append([method, *_whole(lost), f"{more:+z,.0f}", f"{more + used[1] - used[0]:+z,.0f}"])
    return table(["method", "standard care", "with sipuleucel-T", "difference", "with consumption"], rows)


def scenarios(book: Book, run: Run) -> str:
    """Every scenario: increments and their ratio."""
    rows = []
    for name, one in ({"base case": book} | {name: book.scenario(name) for name in book.scenarios}).items():
        outcomes = run(one.base())
        cost, qaly, ly = _more(outcomes)
        social = outcomes.cost("societal")[:, 0]
        cells = [f"`{name}`" if name in book.scenarios else name, f"{cost:,.0f}", f"{ly:.3f}", f"{qaly:.3f}"]
        rows.append([*cells, f"{cost / qaly:,.0f}", f"{(social[1] - social[0]) / qaly:,.0f}"])
    return table(["", "more cost", "more life-years", "more QALYs", "per QALY", "per QALY, societal"], rows)


def prices(book: Book, run: Run) -> str:
    """The price of a dose at which net benefit is 0, and the cut that it is."""
    now, doses = (book.parameters[name].value for name in ("price_dose", "n_doses"))
    rows = []
    for name in ("", "published", "crossover", "crossover_published"):
        cost, qaly, _ = _more(run((book.scenario(name) if name else book).base()))
        price = now - (cost - THRESHOLD * qaly) / doses
        rows.append([f"`{name}`" if name else "base case", f"{price:,.0f}", f"{1 - price / now:.0%}"])
    rows.append(["published (Holko 2014)", "", "at least 53%"])
    return table(["", "worth it up to", "cut"], rows)


def probabilistic(psas: list[Outcomes]) -> str:
    """Means and 95% intervals of the increments, and the share of draws in which the vaccine is best."""
    rows = []
    for name, digits in (("more cost", 0), ("more QALYs", 2)):
        cells = [name]
        for psa in psas:
            values = psa.cost("payer") if digits == 0 else psa.effect("qaly")
            cells.append(_interval(values[1] - values[0], digits))
        rows.append(cells)
    for threshold in (THRESHOLD, 2 * THRESHOLD, 4 * THRESHOLD):
        cells = [f"sipuleucel-T best at {threshold:,} per QALY"]
        for psa in psas:
            benefit = threshold * psa.effect("qaly") - psa.cost("payer")
            cells.append(f"{np.mean(benefit[1] > benefit[0]):.1%}")
        rows.append(cells)
    cells = [f"perfect information at {THRESHOLD:,}, USD per patient"]
    for psa in psas:
        net = THRESHOLD * psa.effect("qaly") - psa.cost("payer")
        cells.append(f"{net.max(axis=0).mean() - net.mean(axis=1).max():,.0f}")
    rows.append(cells)
    return table(["", "base case", "`published`", "`crossover`", "`crossover_published`"], rows)


def _more(outcomes: Outcomes) -> tuple[float, float, float]:
    cost, qaly, ly = (
        x[1, 0] - x[0, 0] for x in (outcomes.cost("payer"), outcomes.effect("qaly"), outcomes.effect("ly"))
    )
    return float(cost), float(qaly), float(ly)


def _beside(label: str, outcomes: Outcomes) -> list[str]:
    cost, qaly, ly = _more(outcomes)
    return [label, f"{cost:,.0f}", f"{ly:.3f}", f"{qaly:.3f}", f"{cost / qaly:,.0f}"]


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
