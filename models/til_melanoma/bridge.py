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
# ten Ham 2024, undiscounted, Netherlands: ipilimumab, then TIL
COST, LY, QALY = (433_634.0, 347_168.0), (3.33, 4.47), (2.46, 3.52)
ARMS = ("ipilimumab", "TIL")
IN_LUMP = ("delivery", "side effects")  # of TIL: in the hospital's published amount
Run = Callable[[Draws], Outcomes]


def tables(book: Book, run: Run) -> str:
    """All tables; `run` turns draws into outcomes."""
    base, psa = run(book.base()), run(book.sample(DRAWS, seed=SEED))
    parts = [
        ("Beside the published results, undiscounted", beside(book, run)),
        ("What of the published costs is rebuilt, EUR of 2021 per patient, undiscounted", costs(book, run)),
        ("Costs by cause, EUR of 2021 per patient, discounted", causes(base)),
        ("Lost work of the patient by method, EUR of 2021", lost_work(base)),
        ("Scenarios, TIL less ipilimumab", scenarios(book, run)),
        (f"Price of the product that meets {THRESHOLD:,} EUR per QALY, EUR of 2021", prices(book, run)),
        ("Price of a course of ipilimumab (list 90,100) above which TIL saves money, or is worth it", rival(book, run)),
        (f"Probabilistic analysis ({DRAWS:,} draws, seed {SEED})", probabilistic(psa)),
    ]
    return "\n\n".join(f"### {title}\n\n{text}" for title, text in parts)


def beside(book: Book, run: Run) -> str:
    """Life-years and QALYs of both arms, ours and published."""
    found = run(book.scenario("undiscounted").base())
    rows = []
    for name, ours, published in (
        ("Life-years", found.effect("ly_undiscounted")[:, 0], LY),
        ("QALYs", found.effect("qaly")[:, 0], QALY),
    ):
        cells = [name]
        for mine, theirs in zip((*ours, ours[1] - ours[0]), (*published, published[1] - published[0]), strict=True):
            cells += [f"{mine:.2f}", f"{theirs:.2f}"]
        rows.append(cells)
    return table(["", *(f"{arm}: {who}" for arm in (*ARMS, "gain") for who in ("ours", "published"))], rows)


def costs(book: Book, run: Run) -> str:
    """What the model holds, what it lacks of the published totals, and what one yearly amount for both arms would leave."""
    bare = run(book.scenario("undiscounted").base())
    ours = bare.cost("societal")[:, 0]
    rows = [[name, *_arms(name, values[:, 0])] for name, values in bare.split("category", "societal").items()]
    full = run(book.scenario("later_lines_calibrated").base()).cost("societal")[:, 0]
    published = np.array(COST)
    rows += [
        ["**ours**", *_whole(ours)],
        ["**not rebuilt** (later lines of treatment)", *_signed(published - ours)],
        ["**published**", *_whole(published)],
        ["`later_lines_calibrated`: one yearly amount meets the published total of ipilimumab", *_whole(full)],
        ["what that leaves", *_signed(published - full)],
    ]
    return table(["", *ARMS], rows)


def causes(base: Outcomes) -> str:
    """Costs by cause in both arms, and what each perspective counts."""
    rows = [
        [name, *_arms(name, values[:, 0]), *(["not known"] if name in IN_LUMP else _signed(values[1] - values[0]))]
        for name, values in base.split("category", "societal: friction with consumption").items()
    ]
    for one in ("payer", "societal", "societal: friction with consumption"):
        total = base.cost(one)[:, 0]
        rows.append([f"**{one}**", *_whole(total), *_signed(total[1:] - total[:1])])
    return table(["", *ARMS, "TIL less ipilimumab"], rows)


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


def scenarios(book: Book, run: Run) -> str:
    """Every scenario: increments, ratio and net benefit."""
    rows = []
    books = {"base case": book} | {name: book.scenario(name) for name in book.scenarios}
    for name, one in books.items():
        found = run(one.base())
        cost, payer, qaly, ly = (
            float(x[1, 0] - x[0, 0])
            for x in (
                found.cost("societal"),
                found.cost("payer"),
                found.effect("qaly"),
                found.effect("ly_undiscounted"),
            )
        )
        ratio = "dominant" if cost < 0 < qaly else f"{cost / qaly:,.0f}"
        cells = [f"`{name}`" if name in book.scenarios else name, f"{ly:.2f}", f"{qaly:.3f}", f"{payer:,.0f}"]
        rows.append([*cells, f"{cost:,.0f}", ratio, f"{THRESHOLD * qaly - cost:,.0f}"])
    head = ["", "life-years", "QALYs", "cost, payer", "cost, societal", "EUR per QALY", f"net benefit at {THRESHOLD:,}"]
    return table(head, rows)


def prices(book: Book, run: Run) -> str:
    """The production cost at which net benefit is 0, and at which the added cost is 0, at two prices of ipilimumab."""
    now = book.parameters["c_til_production"].value
    rows = []
    for label, one in (("list price", book), ("half of it", book.scenario("ipilimumab_half_price"))):
        found = run(one.base())
        cost, qaly = (float(x[1, 0] - x[0, 0]) for x in (found.cost("societal"), found.effect("qaly")))
        rows.append([label, f"{now + THRESHOLD * qaly - cost:,.0f}", f"{now - cost:,.0f}"])
    return table(["ipilimumab at", "worth it up to", "saves money up to"], rows)


def rival(book: Book, run: Run) -> str:
    """The price of a course of ipilimumab at which the added cost is 0, and at which net benefit is 0."""
    now = book.parameters["c_ipi_drug"].value
    rows = []
    for label, name in (("its cost of production", ""), ("three times that", "commercial_price")):
        found = run((book.scenario(name) if name else book).base())
        cost, qaly = (float(x[1, 0] - x[0, 0]) for x in (found.cost("societal"), found.effect("qaly")))
        payer = float((found.cost("payer")[1] - found.cost("payer")[0])[0])
        rows.append([label, *(f"{now + x:,.0f}" for x in (payer, cost, cost - THRESHOLD * qaly))])
    head = ["TIL at", "saves the payer money above", "saves society money above", "worth it above"]
    return table(head, rows)


def probabilistic(psa: Outcomes) -> str:
    """Means and 95% intervals, the share of draws in which TIL is best, what perfect information is worth."""
    cost, qaly, ly = psa.cost("societal"), psa.effect("qaly"), psa.effect("ly_undiscounted")
    rows = []
    for name, values, digits in (("Cost, societal", cost, 0), ("QALYs", qaly, 2), ("Life-years, undiscounted", ly, 2)):
        rows.append([name, *(_interval(x, digits) for x in (*values, values[1] - values[0]))])
    benefit = THRESHOLD * (qaly[1] - qaly[0]) - (cost[1] - cost[0])
    worth = np.maximum(benefit, 0).mean() - max(benefit.mean(), 0.0)
    rows.append(["TIL loses QALYs", "", "", f"{np.mean(qaly[1] < qaly[0]):.1%}"])
    payer = psa.cost("payer")
    rows.append(["Cost, payer", *(_interval(x, 0) for x in (*payer, payer[1] - payer[0]))])
    rows.append(["TIL saves money", "", "", f"{np.mean(cost[1] < cost[0]):.1%}"])
    rows.append([f"TIL best at {THRESHOLD:,} per QALY", "", "", f"{np.mean(benefit > 0):.1%}"])
    rows.append(["perfect information, EUR per patient", "", "", f"{worth:,.0f}"])
    return table(["", *ARMS, "increment"], rows)


def _arms(cause: str, values: Array) -> list[str]:
    """Both arms; TIL's part of the lump is not told as 0."""
    return [f"{values[0]:,.0f}", "in the lump" if cause in IN_LUMP else f"{values[1]:,.0f}"]


def _whole(values: Array) -> list[str]:
    return [f"{x:,.0f}" for x in values]


def _signed(values: Array) -> list[str]:
    return [f"{x:+z,.0f}" for x in np.atleast_1d(values)]


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
