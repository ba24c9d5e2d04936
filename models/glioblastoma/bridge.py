"""The results of this case beside the published ones, as Markdown tables.

`python models/glioblastoma/bridge.py` puts them into README.md between its two markers; a test compares.
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
IN_LUMP = ("product", "delivery", "side effects")  # of surgery and radiation, the same published amount in both arms
ARMS = ("radiation", "with temozolomide")
Run = Callable[[Draws], Outcomes]


def tables(book: Book, run: Run) -> str:
    """All tables; `run` turns draws into outcomes."""
    base, psa = run(book.base()), run(book.sample(DRAWS, seed=SEED))
    parts = [
        ("One trial, cut at different times: temozolomide less none", cuts(book, run)),
        ("Costs by cause, EUR of 2004 per patient, discounted", causes(base)),
        ("Lost work of the patient by method, EUR of 2004", lost_work(base)),
        (f"Probabilistic analysis ({DRAWS:,} draws, seed {SEED})", probabilistic(psa)),
    ]
    return "\n\n".join(f"### {title}\n\n{text}" for title, text in parts)


def cuts(book: Book, run: Run) -> str:
    """Every scenario: gains, added cost and both ratios, with the published ones below."""
    rows = []
    books = {"base case (30 years)": book} | {name: book.scenario(name) for name in book.scenarios}
    for name, one in books.items():
        found = run(one.base())
        cost, qaly, ly = (
            float(x[1, 0] - x[0, 0])
            for x in (found.cost("payer"), found.effect("qaly"), found.effect("ly_undiscounted"))
        )
        discounted = found.effect("ly")[:, 0]
        per_ly = cost / float(discounted[1] - discounted[0])
        label = f"`{name}`" if name in book.scenarios else name
        rows.append([label, f"{ly:.2f}", f"{qaly:.2f}", f"{cost:,.0f}", f"{per_ly:,.0f}", f"{cost / qaly:,.0f}"])
    rows.append(["published, 2.5 years (Lamers 2008)", "0.25", "", "", "37,361", ""])
    rows.append(["published, review (Uyl-de Groot 2009)", "0.21 to 0.25", "", "", "37,361", "42,912"])
    return table(["", "life-years, undiscounted", "QALYs", "cost, payer", "EUR per life-year", "EUR per QALY"], rows)


def causes(base: Outcomes) -> str:
    """Costs by cause in both arms, and what each perspective counts."""
    rows = []
    for name, values in base.split("category", "societal: friction with consumption").items():
        cells = _whole(values[:, 0])
        if name in IN_LUMP:
            cells = [cell if cell != "0" else "in the lump" for cell in cells]
        rows.append([name, *cells, f"{values[1, 0] - values[0, 0]:+z,.0f}"])
    for one in ("payer", "societal", "societal: friction with consumption"):
        total = base.cost(one)[:, 0]
        rows.append([f"**{one}**", *_whole(total), f"{total[1] - total[0]:+z,.0f}"])
    return table(["", *ARMS, "difference"], rows)


def lost_work(base: Outcomes) -> str:
    """Lost work of the patient by each method, alone and less what survivors consume."""
    rows = []
    for method in ("illness", "friction", "friction lower bound", "human capital"):
        by_sector = base.split("sector", f"societal: {method} with consumption")
        own = [values for name, values in by_sector.items() if name.startswith("productivity: ")]
        lost, used = np.sum(own, axis=0)[:, 0], by_sector["consumption"][:, 0]
        more = float(lost[1] - lost[0])
        rows.append([method, *_whole(lost), f"{more:+z,.0f}", f"{more + used[1] - used[0]:+z,.0f}"])
    return table(["method", *ARMS, "difference", "with consumption"], rows)


def probabilistic(psa: Outcomes) -> str:
    """Means and 95% intervals, and the share of draws in which temozolomide is best."""
    cost, qaly, ly = psa.cost("payer"), psa.effect("qaly"), psa.effect("ly_undiscounted")
    rows = []
    for name, values, digits in (("Cost, payer", cost, 0), ("QALYs", qaly, 2), ("Life-years, undiscounted", ly, 2)):
        rows.append([name, *(_interval(x, digits) for x in (*values, values[1] - values[0]))])
    for threshold in (20_000, THRESHOLD):
        benefit = threshold * (qaly[1] - qaly[0]) - (cost[1] - cost[0])
        rows.append([f"temozolomide best at {threshold:,} per QALY", "", "", f"{np.mean(benefit > 0):.1%}"])
    return table(["", *ARMS, "increment"], rows)


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
