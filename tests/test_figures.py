"""Figures: what they show, that they say what they leave out, and that their files repeat byte for byte."""

import numpy as np
import pytest

from hecon.errors import HeconError
from hecon.figures.figure_style import save_figure
from hecon.figures.figures import acceptability_figure, category_figure, plane_figure, study_figures, trace_figure
from hecon.outcomes import Item, Outcomes
from hecon.results.analysis import Analysis
from hecon.results.trace import traces

ITEMS = (
    Item("drug", "cost", "upfront", "health care"),
    Item("work", "cost", "productivity", "productivity"),
    Item("saved", "cost", "offsets", "health care"),
    Item("qaly", "qaly"),
)


def outcomes(n, strategies=("care", "drug"), kept=None):
    middle = np.array(
        [[[100.0], [50.0], [0.0], [1.0]], [[900.0], [20.0], [-30.0], [1.5]], [[500.0], [40.0], [0.0], [1.2]]]
    )
    values = middle[: len(strategies)] * np.ones((1, 1, n))
    if n > 1:
        values = values * np.random.default_rng(1).lognormal(0, 0.2, values.shape)
    labels = ("Usual care", "A new drug", "Surgery")[: len(strategies)]
    return Outcomes(values, strategies, ITEMS, labels=labels, currency="EUR", price_year="2020", kept=kept or {})


def trace():
    years = np.linspace(0, 10, 121)
    well = np.exp(-0.3 * years)
    return {name: (years, {"well": well**hr, "dead": 1 - well**hr}) for name, hr in (("care", 1.0), ("drug", 0.5))}


@pytest.fixture
def study():
    return Analysis.of_outcomes(
        "demo", outcomes(1, kept={"trace": trace()}), outcomes(5000), "societal", 2000.0, "care"
    )


def labels_of(figure):
    return [text.get_text() for text in figure.legends[0].get_texts()]


def test_a_study_has_the_figures_it_has_results_for(study):
    assert list(study_figures(study)) == ["trace", "plane", "acceptability", "cost_by_category"]
    bare = Analysis.of_outcomes("demo", outcomes(1), None, "payer", 2000.0, "care")
    assert list(study_figures(bare)) == ["plane", "cost_by_category"]


def test_plane_has_qalys_across_costs_up_and_says_how_many_draws_it_shows(study):
    figure = plane_figure(study)
    (axes,) = figure.axes
    assert axes.get_xlabel() == "Incremental QALYs against Usual care"
    assert axes.get_ylabel() == "Incremental cost (EUR 2020)"
    note = figure.legends[0].get_title().get_text()
    assert note == "Dashed: 2,000 EUR 2020 per QALY. 2,000 of 5,000 draws shown."
    assert labels_of(figure) == ["A new drug, base case", "mean of all draws"]
    (spot,) = [line for line in axes.lines if line.get_label() == "A new drug, base case"]
    assert (float(spot.get_xdata()[0]), float(spot.get_ydata()[0])) == pytest.approx((0.5, 740))
    cloud = [line for line in axes.lines if len(line.get_xdata()) > 10]
    assert sum(len(line.get_xdata()) for line in cloud) <= 2000


def test_plane_of_three_strategies_shares_the_points(study):
    three = ("care", "drug", "surgery")
    figure = plane_figure(
        Analysis.of_outcomes("demo", outcomes(1, three), outcomes(5000, three), "payer", 2000.0, "care")
    )
    assert "1,000 of 5,000 draws shown" in figure.legends[0].get_title().get_text()


def test_acceptability_runs_from_0_to_1_with_the_frontier_marked_and_legend_below(study):
    figure = acceptability_figure(study)
    (axes,) = figure.axes
    assert tuple(map(float, axes.get_ylim())) == (0, 1)
    assert labels_of(figure) == ["Usual care", "A new drug", "frontier (best on average)"]
    assert axes.get_xlabel() == "Willingness to pay (EUR 2020 per QALY)"
    with pytest.raises(HeconError, match="need a probabilistic analysis"):
        acceptability_figure(Analysis.of_outcomes("demo", outcomes(1), None, "payer", 2000.0, "care"))


def test_bars_add_up_and_savings_stand_left_of_zero(study):
    figure = category_figure(study)
    (axes,) = figure.axes
    assert labels_of(figure) == ["upfront", "productivity", "offsets"]
    assert [text.get_text() for text in axes.texts] == ["150", "890"]
    lefts = [(bar.get_x(), bar.get_x() + bar.get_width()) for bar in axes.patches]
    assert min(min(pair) for pair in lefts) == -30
    assert sum(right - left for left, right in lefts) == pytest.approx(150 + 890)


def test_trace_has_a_panel_per_strategy_and_each_state_once_in_the_legend(study):
    figure = trace_figure(traces(study.base))
    assert [axes.get_title(loc="left") for axes in figure.axes] == ["Usual care", "A new drug"]
    assert labels_of(figure) == ["well", "dead"]
    assert tuple(map(float, figure.axes[0].get_ylim())) == (0, 1)


def test_lines_differ_without_colour(study):
    (axes,) = acceptability_figure(study).axes
    curves = [line for line in axes.lines if line.get_label() in ("Usual care", "A new drug")]
    assert len({line.get_linestyle() for line in curves}) == len({line.get_marker() for line in curves}) == 2


def test_files_are_the_same_bytes_each_time(study, tmp_path):
    for name in ("one", "two"):
        for figure_name, figure in study_figures(study).items():
            (tmp_path / name).mkdir(exist_ok=True)
            save_figure(figure, tmp_path / name / figure_name)
    files = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert len(files) == 8
    for file in files:
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


def test_a_strategy_of_several_structures_has_a_panel_for_each():
    kept = trace()
    years, shares = kept["drug"]
    whole = {state: share[:, None] for state, share in shares.items()}  # as runs keep it: (row, draw)
    found = traces(
        outcomes(1, kept={"trace": kept | {"drug": [(years, whole), (years[:13], {"well": whole["well"][:13]})]}})
    )
    assert [(one.strategy, one.structure, one.title) for one in found] == [
        ("care", 1, "Usual care"),
        ("drug", 1, "A new drug, structure 1"),
        ("drug", 2, "A new drug, structure 2"),
    ]
    assert [one.shares["well"].shape for one in found] == [(121,), (121,), (13,)]
    assert len(trace_figure(found).axes) == 3
