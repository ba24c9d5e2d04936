"""The book: everything a run takes from its inputs, and the draws that can be made of it.

Nothing changes a book; `scenario` gives another.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from hecon.errors import Fault, InputError, nearest, raise_faults
from hecon.inputs.distributions.groups import Dirichlet
from hecon.inputs.draws import Draws
from hecon.inputs.margins import Margins, bind
from hecon.inputs.parameter import Correlation, Parameter, Scenario, Source, Table
from hecon.shown import Shown

if TYPE_CHECKING:
    from hecon.inputs.curves_table import Curve
    from hecon.inputs.support import Support

RECORDS = ("schemes", "population", "uptake", "stay", "volume", "groups", "attributes")  # read by modules of their own


@dataclass(frozen=True, eq=False)
class Book(Shown):
    """Inputs of one case: parameters, settings, tables, sources, scenarios, correlations, curves, subgroups.

    `curves` and `subgroups` hold the rows of their files as text; coefficients are parameters too (curve_parameters).
    `records` holds the rows of further files as text, by the file's name (RECORDS): agreements, population and their like.
    `addresses` are the cells of settings. `origin` is the base case of
    a book that a scenario changed. Books are compared by `fingerprint()`.

    >>> book = make_book("demo", [Parameter(name="p", value=0.5, distribution="beta", par1=2, par2=2)])
    >>> book.base()["p"], book.sample(1000, seed=1)["p"].shape
    (0.5, (1000,))
    """

    case: str
    parameters: Mapping[str, Parameter]
    settings: Mapping[str, str] = field(default_factory=dict)
    tables: Mapping[str, Table] = field(default_factory=dict)
    sources: Mapping[str, Source] = field(default_factory=dict)
    scenarios: Mapping[str, Scenario] = field(default_factory=dict)
    correlations: tuple[Correlation, ...] = ()
    curves: tuple[Mapping[str, str], ...] = ()
    subgroups: tuple[Mapping[str, str], ...] = ()
    records: Mapping[str, tuple[Mapping[str, str], ...]] = field(default_factory=dict)
    addresses: Mapping[str, str] = field(default_factory=dict, repr=False)
    origin: "Book | None" = None

    def __repr__(self) -> str:
        counts = f"{len(self.parameters)} parameters, {len(self.tables)} tables, {len(self.scenarios)} scenarios"
        return f"<Book {self.case}: {counts}>"

    def __str__(self) -> str:
        return repr(self)

    def parameter(self, name: str) -> Parameter:
        """The parameter of that name; an unknown one is an InputError that names the nearest."""
        if name not in self.parameters:
            raise InputError(f"{self.case} has no parameter '{name}'{nearest(name, self.parameters)}")
        return self.parameters[name]

    def base(self) -> Draws:
        """One draw: every parameter at its value."""
        return Draws(self, (), np.empty((0, 1)), "base")

    def fix(self, **values: float) -> Draws:
        """One draw with these parameters changed, all others at their values."""
        return Draws(self, (), np.empty((0, 1)), "fixed").fix(**values)

    def one_way(self) -> Draws:
        """Base, then low and high of each parameter whose low is below its high: 2k + 1 draws.

        With names (k,), draw 0 is the base case, draw 1 + 2i has parameter i at its low, draw 2 + 2i at its high. The
        other shares of a Dirichlet group keep their proportions and take up the rest.

        >>> book = make_book("demo", [Parameter(name="fee", value=2.0, low=1.0, high=4.0)])
        >>> book.one_way()["fee"].tolist()
        [2.0, 1.0, 4.0]
        """
        swung = [one for one in self.parameters.values() if one.low < one.high]
        names = tuple(one.name for one in swung)
        values = np.repeat(np.array([one.value for one in swung])[:, None], 2 * len(swung) + 1, axis=1)
        shares = {m: g.members for g in self.margins.groups if isinstance(g, Dirichlet) for m in g.members}
        for i, one in enumerate(swung):
            for draw, bound in ((1 + 2 * i, one.low), (2 + 2 * i, one.high)):
                values[i, draw] = bound
                for other in (name for name in shares.get(one.name, ()) if name != one.name and name in names):
                    values[names.index(other), draw] *= (1 - bound) / (1 - one.value)
        return Draws(self, names, values, "one-way")

    def sample(
        self, n: int, seed: int = 1, method: str = "independent", *, dimensions: tuple[str, ...] = (),
        origin: Draws | None = None,
    ) -> Draws:  # fmt: skip
        """Draw all uncertain parameters n times; `method` is independent, latin hypercube or sobol (see `sampling`).

        `origin` are draws of the base case that a scenario's book shares where it changes nothing, which saves time.
        """
        from hecon.inputs.sampling import sample

        return sample(self, n, seed, method, dimensions, origin)

    def read_draws(self, path: str | Path) -> Draws:
        """Draws made elsewhere, from a CSV with a column per uncertain parameter (see `external`)."""
        from hecon.inputs.external import read_draws

        return read_draws(self, path)

    def scenario(self, name: str) -> "Book":
        """The book with a scenario's changes applied (see `scenario`); unknown names are an InputError."""
        from hecon.inputs.checks import check
        from hecon.inputs.scenario import changed, named

        book, faults = changed(self, named(self, name).changes)
        return check(book, faults, f"{self.case}, scenario {name}")

    @cached_property
    def fitted(self) -> "Mapping[str, Curve]":
        """The curves of the curves file by name, each with its fits by family in the order of their numbers."""
        from hecon.inputs.curves_table import curves_from_rows

        return curves_from_rows(self.curves)

    @cached_property
    def supports(self) -> "Mapping[str, Support]":
        """Where each parameter must lie, by name (see `support`)."""
        from hecon.inputs.support import support_of

        return {name: support_of(one, self.margins.distributions[name]) for name, one in self.parameters.items()}

    @cached_property
    def margins(self) -> Margins:
        """The distribution of every parameter and the groups drawn together."""
        return bind(self.parameters.values(), self.correlations, self.tables)

    def fingerprint(self) -> str:
        """SHA-256 (hex) of all that can change a result or its reading; the same for a folder and its workbook.

        >>> one = make_book("demo", [Parameter(name="fee", value=1.0)]).fingerprint()
        >>> one == make_book("copy", [Parameter(name="fee", value=1.0)]).fingerprint(), len(one)
        (True, 64)
        """
        content = {
            "parameters": _records(self.parameters.values(), "name"),
            "settings": dict(self.settings),
            "tables": {
                name: [table.index_name, table.index.tolist(), {k: v.tolist() for k, v in table.columns.items()}]
                for name, table in self.tables.items()
            },
            "sources": _records(self.sources.values(), "id"),
            "scenarios": _records(self.scenarios.values(), "name"),
            "correlations": _records(self.correlations, "group"),
            "curves": [dict(row) for row in self.curves],
            "subgroups": [dict(row) for row in self.subgroups],
        }
        if self.records:
            content["records"] = {name: [dict(row) for row in rows] for name, rows in self.records.items()}
        return sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def make_book(case: str, parameters: Iterable[Parameter], *, mixed: bool = False, **rest: Any) -> Book:
    """A checked book from parameters made in Python; `rest` are the other fields of Book.

    `settings` are texts or numbers by name; a table is a Table, a DataFrame, or columns by name, the first its index:
    `tables={"life": {"age": [0, 1], "qx": [0.006, 0.0004]}}`. Amounts of several currencies or price years are refused, unless
    they are `mixed` to be converted (`convert`).

    Raises InputError listing every fault, as reading does.

    >>> make_book("demo", [Parameter(name="p", value=1.2, distribution="beta", par1=6, par2=2)])
    Traceback (most recent call last):
    hecon.errors.InputError: demo: 1 fault
      - p: beta needs 0 < mean < 1; got 1.2
    """
    from hecon.inputs.by_hand import parameters_by_name, settings_as_text, tables_by_name
    from hecon.inputs.checks import check
    from hecon.inputs.curve_parameters import with_curve_parameters

    faults: list[Fault] = []
    found = parameters_by_name(parameters, faults)
    rest["settings"] = settings_as_text(rest.get("settings", {}))
    rest["tables"] = tables_by_name(rest.get("tables", {}), faults)
    raise_faults(faults, InputError, case)
    book, faults = with_curve_parameters(Book(case, found, **rest))
    return check(book, faults, case, mixed)


def _records(rows: Iterable[Any], key: str) -> list[dict[str, Any]]:
    def plain(row: Any) -> dict[str, Any]:
        record = {name: value for name, value in asdict(row).items() if name not in ("cells", "cell")}
        if "changes" in record:
            record["changes"] = [{k: v for k, v in one.items() if k != "cell"} for one in record["changes"]]
        return record

    return sorted((plain(row) for row in rows), key=lambda record: str(record[key]))
