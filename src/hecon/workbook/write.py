"""Write the executable workbook of a model: its pages as live formulas, and around them the sheets a reviewer works with."""

from collections.abc import Sequence
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hecon.analysis.cost_effectiveness.totals import cost_and_effect
from hecon.errors import HeconError
from hecon.evaluate.run import run
from hecon.files import whole_file
from hecon.formula.program_text import program_fingerprint
from hecon.memory import without_collection
from hecon.outcomes import Outcomes
from hecon.structure.agreements.carried import carried
from hecon.structure.agreements.items import SWITCH
from hecon.structure.lowering import lower
from hecon.version import VERSION
from hecon.workbook.layout import Layout
from hecon.workbook.layout_of import horizon_of, layout_of, reading
from hecon.workbook.limits import refuse_the_heavy, refuse_the_large
from hecon.workbook.pages.beyond import dated, told
from hecon.workbook.pages.engine_values import engine_values
from hecon.workbook.pages.model_pages import Twin
from hecon.workbook.read_back.chosen_agreement import facts_of_agreements
from hecon.workbook.read_back.driving import driving, only_checks
from hecon.workbook.sheets.about_sheet import write_about
from hecon.workbook.sheets.block_sheets import write_page
from hecon.workbook.sheets.budget_plan import plan_budget
from hecon.workbook.sheets.budget_sheet import write_budget
from hecon.workbook.sheets.ceac_sheet import write_ceac
from hecon.workbook.sheets.changes_sheet import write_changes
from hecon.workbook.sheets.charts_sheet import write_charts
from hecon.workbook.sheets.checks_sheet import write_checks
from hecon.workbook.sheets.control import (
    Choices,
    as_declared,
    choices_changed,
    controls,
    first_named,
    methods_told,
)
from hecon.workbook.sheets.control_sheet import write_control
from hecon.workbook.sheets.correlations_sheet import write_correlations
from hecon.workbook.sheets.decision_sheet import SHEET as DECISION
from hecon.workbook.sheets.decision_sheet import Front, write_decision
from hecon.workbook.sheets.formulas_sheet import SHEET as FORMULAS
from hecon.workbook.sheets.formulas_sheet import write_formulas
from hecon.workbook.sheets.input_cells import CHANGED, FIRST, LIVE, cell
from hecon.workbook.sheets.input_cells import SHEET as INPUTS
from hecon.workbook.sheets.inputs_sheet import InputsLayout, changed_cell, valid_as_written, write_inputs
from hecon.workbook.sheets.items_sheet import ITEMS, STATES, listing, write_listing
from hecon.workbook.sheets.logged import logged
from hecon.workbook.sheets.named_choices import named_choices
from hecon.workbook.sheets.one_way_sheet import hidden_tornado, tornado, write_one_way
from hecon.workbook.sheets.price_parameters import exact_price_parameters, stale_formula
from hecon.workbook.sheets.psa_cells import psa_cells
from hecon.workbook.sheets.psa_sheets import write_psa_draws, write_psa_results
from hecon.workbook.sheets.reimbursement_plan import plan_reimbursement
from hecon.workbook.sheets.reimbursement_sheet import SHEET as REIMBURSEMENT
from hecon.workbook.sheets.reimbursement_sheet import write_reimbursement
from hecon.workbook.sheets.results_plan import ResultsPlan
from hecon.workbook.sheets.results_sheet import write_results
from hecon.workbook.sheets.scenario_plan import SHEET as SCENARIOS
from hecon.workbook.sheets.scenario_plan import plan_scenarios
from hecon.workbook.sheets.scenarios_sheet import write_scenarios
from hecon.workbook.sheets.sector_table import sector_table
from hecon.workbook.sheets.sheet_links import link_back
from hecon.workbook.sheets.status import write_status
from hecon.workbook.sheets.structure_sheet import write_structure
from hecon.workbook.sheets.survival_sheet import write_survival
from hecon.workbook.sheets.tables_sheet import blank_cells, changed_flags, write_tables_sheet
from hecon.workbook.sheets.text_sheets import (
    write_assumptions,
    write_cover,
    write_readme,
    write_sources,
)
from hecon.workbook.sheets.transitions_sheet import write_transitions
from hecon.workbook.sheets.words import draft_words, facts_of, footer_of, limits_of, stored_names, structure_of
from hecon.workbook.stored.sheet import StoredSheet, write_below, write_stored
from hecon.workbook.withheld.not_available import compute_followers, empty_followers
from hecon.workbook.withheld.withheld import Withheld
from hecon.workbook.withheld.words import write_banners
from hecon.workbook.xlsx.package import Place
from hecon.workbook.xlsx.pen import Pen, describe, open_workbook

if TYPE_CHECKING:
    from hecon.inputs.book import Book
    from hecon.inputs.draws import Draws
    from hecon.report.sections.parts import Part


@without_collection()
def write_executable(
    path: str | Path,
    model: Any,
    book: "Book",
    base: Outcomes,
    psa: Outcomes | None = None,
    draws: "Draws | None" = None,
    *,
    perspective: str = "",
    wtp: float | None = None,
    reference: str = "",
    effect: str = "",
    facts: Sequence[tuple[str, str]] = (),
    allow_static: bool = False,
    stored: Sequence[StoredSheet] = (),
    about: "Sequence[Part]" = (),
    withheld: Withheld | None = None,
    pages: bool = True,
    patients: str = "",
    agreements: bool = False,
) -> Layout:
    """Write the twin of a model with its base case (one draw) and, if given, the PSA with the draws it ran with.

    Costs are in the book's currency, `wtp` in currency per unit of effect, `reference` names the strategy others are
    compared with, `effect` is a kind (qaly, ly, count), a sum of kinds such as "qaly + carer_qaly", or none. What is left
    out, the book's settings say (perspective, threshold, reference, effect); without a word there the effect is the QALY.
    `patients` says on the first sheet who is treated; the setting `population` where left out.
    `facts` are further lines of the cover, such as the scenario. A function without an Excel spelling is refused unless
    `allow_static`; its cells then hold values, in grey. `stored` are sheets of results that the engine computed, written as
    values; one named Scenarios stands below the live scenarios. `about` is what the author wrote. The same arguments give the
    same bytes.

    With `withheld`, book and outcomes are those without the withheld numbers (see `redacted`): what depends on them is #N/A.
    With `agreements`, it carries those of the inputs behind a switch, and shows them on Reimbursement; so does one of a run under
    an agreement, with that one. Without `pages`, those of the model are left blank, for a comparison of the sheets around them.

    Raises:
        HeconError: an unknown perspective or reference; an effect that the model does not count; more formulas, cycles or
            bytes than a workbook can bear; a PSA without its draws.

    >>> import tempfile
    >>> from hecon.evaluate.run import run
    >>> from hecon.workbook.example import one_visit
    >>> tree, book = one_visit()
    >>> path = Path(tempfile.mkdtemp()) / "demo.xlsx"
    >>> layout = write_executable(path, tree, book, run(tree, book.base()), perspective="payer", wtp=20000.0, reference="a")
    >>> layout.inputs["c_visit"].base
    (6, 3)
    """
    if (psa is None) != (draws is None):
        raise HeconError("a PSA is written with the draws it ran with: give both psa= and draws=, or neither")
    if base.draw.size != 1:
        raise HeconError(
            f"base= is the base case, run on book.base(); it has {base.draw.size:,} draws, which go to psa="
        )
    own = model, book  # what is computed of the base case alone needs no agreement
    carries = (agreements or SWITCH in book.parameters) and withheld is None
    paying = carried(model, book) if carries else None
    if paying is not None:
        model, book = paying.model, paying.book
        base = run(model, book.base())
        draws = replace(draws, book=book) if draws is not None else None
    perspective, wtp, reference = reading(book, perspective, wtp, reference)
    if reference not in base.strategies:
        raise HeconError(f"reference '{reference}' is not a strategy (known: {', '.join(base.strategies)})")
    effect = effect or book.settings.get("effect", "") or "qaly"
    included, table = base.sectors(perspective), sector_table(base)
    cost_and_effect(base, perspective, effect)
    twin = Twin(model, book, controls(), allow_static)
    used = tuple(twin.inputs)
    cells = psa_cells(psa, draws, perspective, used, effect) if psa is not None and draws is not None else None
    refuse_the_large(twin, cells)
    declared = book.settings.get("discount_timing", "") or getattr(model, "discount_timing", "")
    whole_year = declared == "whole_year"
    timing = "whole_year" if whole_year else "continuous"
    place = base.strategies.index(reference)
    hides = [withheld is not None and withheld.hides_benefit(base, one, perspective, effect) for one in base.strategies]
    hidden = any(hides)
    one_way = None if hidden else run(own[0], book.one_way())
    found = (
        hidden_tornado(base, perspective, wtp, place, effect)
        if hidden
        else tornado(own[0], book, perspective, wtp, place, used, effect, one_way)
    )
    mark = withheld.fingerprint if withheld is not None else own[1].fingerprint()
    still = only_checks(twin.program, used)
    moving = (
        [name for name in used if book.parameters[name].provenance == "unverified" and name not in still]
        if hidden
        else driving(own[0], book, used, perspective, wtp, place, effect, one_way)
    )
    made = BytesIO()
    pen = Pen(open_workbook(made), footer_of(book, mark))
    money = f"{base.currency} {base.price_year}".strip() or "currency units"
    labels, draft_told = tuple(label for _, label in twin.program.strategies), draft_words(moving)
    values = engine_values(twin.program, book.base(), twin.sources(), twin.open.methods, whole_year, twin.steps)
    first = book.parameters[used[0]] if used else None
    choices = Choices(
        labels, perspective, wtp, effect, place, horizon_of(twin), twin.open.offered, timing,
        min(cells.n, 1000) if cells else 0, used, (first.value, first.low) if first else (0.0, 0.0), money, table,
        tuple(sorted({block.clock.per_year for block in twin.program.blocks if block.clock})),
        named_choices(book, used, withheld.names if withheld else (), first_named(labels, table)),
    )  # fmt: skip
    scenarios = plan_scenarios(
        own[0], book, used, choices, horizon_of(twin, min), base.strategies,
        of_scenario=dict(facts).get("Scenario", ""), withheld=withheld.names if withheld else (),
    )  # fmt: skip
    exact, alone = exact_price_parameters(base)
    flags = changed_flags(twin.tables)
    stale = stale_formula(used, exact, alone)
    guarded = withheld is not None
    items = listing(ITEMS, twin.totals, base.strategies, guarded)
    states = listing(STATES, twin.pieces, base.strategies, guarded)
    plan = ResultsPlan(
        base,
        psa,
        cells,
        items,
        states,
        labels,
        perspective,
        wtp,
        effect,
        place,
        money,
        draft_told,
        values,
        twin.reports,
        methods_told(choices, told(dated(twin))),
    )
    program = program_fingerprint(lower(own[0], own[1].settings))
    reference_label = labels[place]
    known = facts_of(own[1], twin, program, perspective, wtp, effect, reference_label, timing, money, withheld)
    agreed_names = [one.name for one in paying.agreements] if paying is not None else []
    known += facts_of_agreements(agreed_names, book.settings.get(SWITCH, ""), agreements and withheld is None)
    agreed = plan_reimbursement(paying, base, used, perspective, effect) if paying is not None else None
    describe(pen.workbook, twin.program.title, book.case, VERSION)
    first_sheet = pen.sheet(DECISION)
    write_cover(pen, twin.program.title, [*known, *facts], draft_told, stored_names(stored, cells, twin.book, used))
    readme = pen.sheet("ReadMe")
    write_about(pen, about)
    write_structure(pen, twin, values)
    typed = write_control(pen, choices, scenarios, {name: book.parameters[name].value for name in used})
    write_results(pen, plan)
    free = {SCENARIOS: 0, REIMBURSEMENT: 0}  # rows of sheets below which stored tables may stand
    if agreed is not None:
        free[REIMBURSEMENT] = write_reimbursement(pen, agreed, plan, choices.named.get(SWITCH), values)
    unused = tuple(name for name in book.parameters if name not in used)
    write_inputs(
        pen,
        book,
        InputsLayout(
            used,
            unused,
            cells.drawn() if cells else {},
            withheld.names if withheld else (),
            still,
            choices.named,
            scenarios,
        ),
        draft_told,
        flags,
    )
    write_assumptions(pen, book, used, found, structure_of(model, twin, timing), money)
    write_tables_sheet(pen, twin.tables)
    write_survival(pen, twin, values)
    write_correlations(pen, book, used)
    write_transitions(pen, twin, values)
    for page in twin.pages.values():
        if pages:
            write_page(pen, page, values)
        else:
            pen.sheet(page.name)
    write_listing(pen, items, twin.pages, values, table, included)
    write_listing(pen, states, twin.pages, values, table, included)
    write_charts(pen, twin, plan)
    live, other = plan.cell("inmb", found.strategy), f"{changed_cell()}+{choices_changed()}"
    write_one_way(pen, found, labels, place, used, live, other, money)
    if cells is not None and draws is not None:
        write_psa_draws(pen, cells, draws)
        at = {name: (k, book.parameters[name].value) for k, name in enumerate(used)}
        write_psa_results(
            pen, cells, labels, at, wtp, table, included, money, effect, withheld.names if withheld else ()
        )
        write_ceac(pen, cells, labels, wtp, money, effect)
    people = plan_budget(*own, base, used, perspective) if agreements and withheld is None else None
    if people is not None:
        now = book.parameters[people.price].value if people.price else 0.0
        same = f"({other})-{cell(CHANGED, used.index(people.price))}" if people.price else other
        write_budget(pen, people, plan, now, same)
    free[SCENARIOS] = write_scenarios(pen, scenarios, plan)
    for one in stored:
        if free.get(one.name):
            write_below(pen, one, free[one.name])
        else:
            write_stored(pen, one, f"{other}=0")
    write_sources(pen, book, used)
    unchanged = f"AND({changed_cell()}=0,{as_declared(perspective)})"
    failed, held = write_checks(pen, twin, plan, values, unchanged, withheld, scenarios)
    write_status(
        pen, choices, [valid_as_written(book.parameters[name], withheld) for name in used], blank_cells(twin.tables),
        stale if cells is not None else "", failed, held, withheld is not None,
    )  # fmt: skip
    write_changes(pen, plan, logged(book, used, typed, table, twin.tables, withheld.names if withheld else ()), hides)
    as_submitted = pen.sheet(FORMULAS)
    places_of = {name: FIRST + k for k, name in enumerate(used)}
    patients = patients or book.settings.get("population", "")
    front = Front(twin.program.title, patients, held, found, places_of, other)
    write_decision(pen, first_sheet, plan, front, book)
    link_back(pen, DECISION)
    titles = {page.name: page.title for page in twin.pages.values()}
    names = [(one.name, titles.get(one.name, "")) for one in pen.workbook.worksheets()]
    write_readme(readme, names, limits_of(twin, cells, withheld))
    emptied: dict[Place, Any] = {}
    if withheld is not None:
        write_banners(pen, withheld)
        emptied = empty_followers(pen, {name: (INPUTS, FIRST + k, LIVE) for k, name in enumerate(used)}, withheld.names)
    write_formulas(pen, as_submitted, 5 + len(known) + len(facts))
    with whole_file(path) as draft:
        pen.close()
        draft.write_bytes(made.getvalue())
        compute_followers(draft, emptied)
        refuse_the_heavy(draft)
    return layout_of(pen, twin, plan, whole_year, choices, scenarios)
