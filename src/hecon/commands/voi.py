"""`hecon voi`: what more knowledge would be worth; EVPI, EVPPI ranked and by group, studies by size, their net benefit."""

from typing import Annotated

import typer

from hecon.commands.analysis_command import Asked, analysis_command
from hecon.commands.screen import waiting
from hecon.report.answer import Answer


@analysis_command("voi", "draws", "seed", "draws_file")
def show_value_of_information(
    asked: Asked,
    group: Annotated[
        list[str] | None,
        typer.Option(metavar="'A B C'", help="Parameters valued together, or a group's name; may be repeated."),
    ] = None,
    no_groups: Annotated[bool, typer.Option("--no-groups", help="Value single parameters only, no groups.")] = False,
    study: Annotated[str, typer.Option(metavar="DESIGN", help="Study design, such as 'binomial(p_response)'.")] = "",
    largest: Annotated[int | None, typer.Option(min=5, metavar="N", help="Largest study, patients per arm.")] = None,
    method: Annotated[
        str, typer.Option(help="Method of EVSI: regression, gaussian, moments or importance.")
    ] = "regression",
    incidence: Annotated[float | None, typer.Option(metavar="N", help="Patients per year.")] = None,
    years: Annotated[float | None, typer.Option(metavar="T", help="Years for which the decision holds.")] = None,
    rate: Annotated[float | None, typer.Option(metavar="R", help="Discount rate of future patients.")] = None,
    fixed: Annotated[float | None, typer.Option(metavar="X", help="Fixed cost of the study.")] = None,
    per_patient: Annotated[float | None, typer.Option(metavar="X", help="Cost per patient enrolled.")] = None,
    delay: Annotated[float | None, typer.Option(metavar="T", help="Years until the study reports.")] = None,
    irrecoverable: Annotated[float, typer.Option(metavar="X", help="What approval costs once and for all.")] = 0.0,
    reversal: Annotated[float, typer.Option(metavar="X", help="What withdrawing an approval costs.")] = 0.0,
    approved_later: Annotated[
        float | None, typer.Option(metavar="P", help="Probability that the data will favour the technology.")
    ] = None,
    elsewhere: Annotated[
        float | None, typer.Option(metavar="P", help="Probability that others do the study: shows 'wait' too.")
    ] = None,
    every_scheme: Annotated[
        bool, typer.Option("--every-scheme", help="Show the decision under each agreement of schemes.csv too.")
    ] = False,
) -> Answer:
    """Value of information per patient and for the population: EVPI, EVPPI, and, for a study declared, EVSI and ENBS."""
    from hecon.errors import InputError
    from hecon.report.information_value import information_value
    from hecon.report.research_by_agreement import with_agreements_valued
    from hecon.report.study_value import StudyAsked
    from hecon.results.value import groups_of

    if no_groups and group:
        raise InputError(f"--no-groups asks for no group and --group for '{group[0]}'; leave one of them out")
    analysis = asked.run(keep=("totals",))
    wanted = StudyAsked(
        study, largest, method, incidence, years, rate, fixed, per_patient, delay, irrecoverable, reversal, approved_later,
        elsewhere,
    )  # fmt: skip
    with waiting("value of information"):
        groups = {} if no_groups else groups_of(analysis, group or (), study)
        answer = information_value(analysis, groups, wanted)
        if not every_scheme:
            return answer
        return with_agreements_valued(answer, asked.case, asked.options, wanted)
