"""Fitted curves as ordinary parameters: a coefficient is an input like any other, and so is the choice of family.

So the coefficients of `curves` reach sampling, one-way analysis, explanations and the workbook without special cases.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from hecon.errors import Fault
from hecon.inputs.parameter import Correlation, Parameter

if TYPE_CHECKING:
    from hecon.inputs.book import Book
    from hecon.inputs.curves_table import Curve
    from hecon.survival.fit import CurveFit


def choice_name(curve: str) -> str:
    """The parameter that says which family of a curve is used: 1 for the first in the table, and so on.

    >>> choice_name("os_car_t")
    'os_car_t_family'
    """
    return f"{curve}_family"


def coefficient_name(curve: str, family: str, parameter: str) -> str:
    """The parameter that holds a coefficient of a curve, on the transformed scale.

    >>> coefficient_name("os", "weibull non-mixture cure", "scale:arm")
    'os_weibull_non_mixture_cure_scale_arm'
    """
    return "_".join([curve, *(re.sub(r"[^A-Za-z0-9]+", "_", part) for part in (family, parameter))])


def cut_name(curve: str, family: str, cut: int) -> str:
    """The parameter that holds a time at which a piecewise exponential curve changes, the first being 1.

    >>> cut_name("os", "piecewise 2", 1)
    'os_piecewise_2_cut1'
    """
    return coefficient_name(curve, family, f"cut{cut}")


def with_curve_parameters(book: "Book") -> "tuple[Book, list[Fault]]":
    """The book with a parameter per coefficient and per choice of its curves, and what is wrong with its `curves`.

    Coefficients of one fit are drawn together, multivariate normal with the fit's covariance; those without variance
    are fixed. A choice is fixed, unless the table gives its families weights.

    >>> from hecon.inputs.book import Book
    >>> row = {"curve": "os", "family": "exponential", "selected": "yes", "parameter": "rate", "estimate": "-2",
    ...        "knot": "", "cov_1": "0.01"}
    >>> found, faults = with_curve_parameters(Book("demo", {}, curves=(row,)))
    >>> {one.name: one.value for one in found.parameters.values()}, faults
    ({'os_family': 1.0, 'os_exponential_rate': -2.0}, [])
    """
    if not book.curves:
        return book, []
    from hecon.inputs.curves_table import curves_and_faults

    curves, faults = curves_and_faults(book.curves)
    if faults:
        return book, faults
    made = [one for curve in curves.values() for one in _parameters(curve, _cells(book, curve.name))]
    faults += [
        Fault(name, f"is both a curve and a {kind}; rename one")
        for name in curves
        for kind, known in (("parameter", book.parameters), ("table", book.tables))
        if name in known
    ]
    faults += [
        Fault(book.parameters[one.name].place("name"), "is made from curves; leave it out here, or rename it")
        for one in made
        if one.name in book.parameters
    ]
    if faults:
        return book, faults
    pairs = tuple(pair for curve in curves.values() for fit in curve.fits.values() for pair in _pairs(curve.name, fit))
    parameters = {**book.parameters, **{one.name: one for one in made}}
    return replace(book, parameters=parameters, correlations=(*book.correlations, *pairs)), []


def select(parameters: Mapping[str, Parameter], curve: "Curve", family: str, cell: str) -> Parameter:
    """The choice of a curve, fixed at another family; `cell` is where that is asked for.

    Raises:
        InputError: a family that was not fitted.

    >>> from hecon.inputs.curves_table import Curve
    >>> from hecon.survival.fit import CurveFit
    >>> fits = {name: CurveFit(name, (), np.zeros(0), np.zeros((0, 0))) for name in ("weibull", "lnorm")}
    >>> chosen = {"os_family": Parameter(name="os_family", value=1.0)}
    >>> select(chosen, Curve("os", fits, "weibull"), "lnorm", "scenarios!D2").value
    2.0
    """
    old = parameters[choice_name(curve.name)]
    index = float(list(curve.fits).index(curve.select(family).selected) + 1)
    cells = {**old.cells, "value": cell}
    return replace(old, value=index, low=index, high=index, distribution="fixed", mean_differs="", cells=cells)


def _parameters(curve: "Curve", cells: Mapping[tuple[str, str], str]) -> Iterator[Parameter]:
    """The choice first, then every family's coefficients."""
    families = list(curve.fits)
    weights = curve.weights
    listed = ", ".join(f"{k} {name}" for k, name in enumerate(families, start=1))
    yield Parameter(
        name=choice_name(curve.name),
        label=f"family of {curve.name}: {listed}",
        group=f"curve {curve.name}",
        unit="choice",
        value=float(families.index(curve.selected) + 1),
        distribution="choice " + " ".join(repr(weights[name]) for name in families) if weights else "",
        provenance="assumption",
        cells=_at(cells.get((curve.selected, ""), "")),
    )
    for name, fit in curve.fits.items():
        transforms = dict(fit.of.parameters)
        moving = np.diag(fit.covariance) > 0
        for k, parameter in enumerate(fit.names):
            yield Parameter(
                name=coefficient_name(curve.name, name, parameter),
                label=f"{curve.name}, {name}: {parameter}",
                group=f"curve {curve.name}",
                unit=transforms.get(parameter, "identity").replace("identity", ""),
                value=float(fit.estimates[k]),
                distribution="multivariate normal" if moving[k] else "",
                correlation_group=f"{curve.name} {name}" if moving[k] else "",
                provenance=fit.provenance,
                cells=_at(cells.get((name, parameter), "")),
            )
        for k, time in enumerate(fit.knots if fit.of.base == "piecewise" else (), start=1):
            yield Parameter(
                name=cut_name(curve.name, name, k),
                label=f"{curve.name}, {name}: time at which rate {k} ends",
                group=f"curve {curve.name}",
                value=time,
                provenance=fit.provenance,
            )


def _pairs(curve: str, fit: "CurveFit") -> Iterator[Correlation]:
    """The covariance of a fit, its lower triangle, without coefficients that do not vary."""
    names = [coefficient_name(curve, fit.family, parameter) for parameter in fit.names]
    moving = [k for k in range(len(names)) if fit.covariance[k, k] > 0]
    for i in moving:
        for j in (j for j in moving if j <= i):
            value = float(fit.covariance[i, j])
            yield Correlation(f"{curve} {fit.family}", names[i], names[j], value, "covariance")


def _at(cell: str) -> dict[str, str]:
    return {"value": cell, "name": cell} if cell else {}


def _cells(book: "Book", curve: str) -> dict[tuple[str, str], str]:
    """Where the estimates of a curve stand, by family and parameter; under "" where the family is selected."""
    from hecon.inputs.tables.cells import letter

    header = list(book.curves[0])
    cells: dict[tuple[str, str], str] = {}
    for number, row in enumerate(book.curves, start=2):
        if row.get("curve", "").strip() == curve:
            family = row.get("family", "").strip()
            cells[family, row.get("parameter", "").strip()] = f"curves!{letter(header.index('estimate'))}{number}"
            cells.setdefault((family, ""), f"curves!{letter(header.index('selected'))}{number}")
    return cells
