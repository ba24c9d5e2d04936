"""Value of information of a whole run: perfect information on everything, and on each uncertain input or group."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hecon.analysis.voi.evppi import evppi_ranking
from hecon.analysis.voi.evppi_result import Evppi
from hecon.errors import HeconError, InputError
from hecon.results.options import CERTAIN
from hecon.shown import Shown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hecon.inputs.draws import Draws
    from hecon.outcomes import Outcomes
    from hecon.results.analysis import Analysis


@dataclass(frozen=True, repr=False)
class ValueOfInformation(Shown):
    """EVPI with its standard error, and the EVPPI of each uncertain input, the highest first; in currency per patient.

    `best` is the strategy best on average at the threshold `wtp`; `labels` name inputs for people.
    """

    evpi: float
    evpi_se: float
    rows: tuple[Evppi, ...]
    best: str
    draws: int
    perspective: str
    wtp: float
    effect: str
    money: str
    labels: "Mapping[str, str]"


def value_of_information(analysis: "Analysis") -> ValueOfInformation:
    """EVPI and every EVPPI at the threshold of an analysis.

    Raises:
        HeconError: an analysis without a PSA, or without the draws it ran with.

    >>> import numpy as np
    >>> from hecon import Analysis, Parameter, make_book
    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> book = make_book("demo", [Parameter(name="fee", value=0.0, distribution="normal", par1=0, par2=10)])
    >>> draws = book.sample(2000, seed=1)
    >>> psa = from_totals(("a", "b"), [0 * draws["fee"], draws["fee"]], np.zeros((2, 2000)))
    >>> base = from_totals(("a", "b"), [[0.0], [0.0]], [[0.0], [0.0]])
    >>> found = value_of_information(Analysis.of_outcomes("demo", base, psa, "payer", 1.0, "a", book=book, draws=draws))
    >>> abs(found.evpi - 10 * 0.3989) < 3 * found.evpi_se  # E[max(0, -fee)] = sd / sqrt(2 pi)
    True
    """
    if analysis.psa is None or analysis.draws is None:
        raise HeconError("value of information needs a probabilistic analysis and its draws; run with draws")
    at = analysis.at_threshold()
    rows = evppi_ranking(analysis.psa, analysis.draws, analysis.wtp, analysis.perspective, effect=analysis.effect)
    known = analysis.book.parameters if analysis.book else {}
    return ValueOfInformation(
        float(at.evpi[0]), float(at.evpi_se[0]), tuple(rows), at.strategies[int(at.best[0])], at.draws,
        analysis.perspective, analysis.wtp, analysis.effect, analysis.money,
        {name: one.label or name for name, one in known.items()},
    )  # fmt: skip


def with_draws(analysis: "Analysis") -> "tuple[Draws, Outcomes]":
    """The draws of the PSA and their outcomes, for an analysis that is nothing without them.

    Raises:
        InputError: no input is uncertain, or no draws were asked for.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> from hecon.results.analysis import Analysis
    >>> base = from_totals(("a", "b"), [[1.0], [3.0]], [[1.0], [2.0]])
    >>> with_draws(Analysis.of_outcomes("demo", base, None, "payer", 10.0, "a"))
    Traceback (most recent call last):
    hecon.errors.InputError: a probabilistic analysis needs at least 2 draws; got 0
    """
    if analysis.without_draws == CERTAIN:
        raise InputError(f"{analysis.case}: {CERTAIN}; give an input a distribution")
    if analysis.draws is None or analysis.psa is None:
        raise InputError("a probabilistic analysis needs at least 2 draws; got 0")
    return analysis.draws, analysis.psa


def groups_of(analysis: "Analysis", given: "Sequence[str]" = (), study: str = "") -> "dict[str, tuple[str, ...]]":
    """Label -> parameters valued together: those `given`, as names or as the label of a group.

    Where none are given, every group of the parameters sheet with two or more uncertain members that the model uses, and
    what the study (that of the settings if left out) measures.

    Raises:
        HeconError: an analysis without its model or its draws; a study that cannot be read.

    >>> from hecon import Parameter, make_book, open_case
    >>> from hecon.workbook.example import one_visit
    >>> tree, _ = one_visit()
    >>> book = make_book("demo", [Parameter(name="c_visit", value=50.0, distribution="uniform", par1=0, par2=100)])
    >>> analysis = open_case(tree, book).run(draws=2, seed=1, perspective="payer", wtp=10.0, effect="none")
    >>> groups_of(analysis), groups_of(analysis, ["c_visit"])
    ({}, {'c_visit': ('c_visit',)})
    """
    from hecon.analysis.sensitivity.global_sensitivity import inputs_used
    from hecon.analysis.voi.design import design

    (model, book), (draws, _) = analysis.at_hand(), with_draws(analysis)
    used = inputs_used(model, draws)
    declared: dict[str, tuple[str, ...]] = {}
    for name in (name for name in draws.names if name in used):
        label = book.parameters[name].group
        declared[label] = (*declared.get(label, ()), name)
    if given:
        return {text: declared.get(text) or tuple(text.split()) for text in given}
    chosen = {label: members for label, members in declared.items() if label and len(members) > 1}
    text = study or book.settings.get("study", "")
    measured = tuple(name for name in design(text).names if name in draws.names) if text else ()
    if len(measured) > 1:
        chosen[f"measured by the study: {', '.join(measured)}"] = measured
    return chosen
