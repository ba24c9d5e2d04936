"""`hecon subgroups`: results of each part of the population and of all together."""

from hecon.commands.analysis_command import Asked, analysis_command
from hecon.commands.screen import waiting
from hecon.report.answer import Answer
from hecon.report.folder import records


@analysis_command("subgroups", "draws", "seed")
def run_subgroups(asked: Asked) -> Answer:
    """Subgroups as subgroups.csv declares them: each one, and all together by their weights."""
    from hecon.figures.scenario_figure import subgroup_figure

    analysis = asked.run()
    sampled = analysis.draws
    with waiting("subgroups"):
        table = analysis.subgroups()
    frame = table.to_frame()
    text = f"Against {analysis.reference}, {analysis.perspective} perspective, {analysis.per} ({analysis.money})"
    text += f"\n{table}"
    if sampled is not None:
        text += f" prob: {sampled.n:,} draws, seed {sampled.seed}."
    return Answer(
        analysis, [text], {"subgroups": frame},
        {"draws": table.draws, "value_of_choice": table.value_of_choice, "rows": records(frame)},
        lambda: {f"subgroups_{one}": subgroup_figure(table, one) for one in analysis.comparisons()},
    )  # fmt: skip
