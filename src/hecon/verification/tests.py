"""The table of tests, in the order of TECH-VER's five domains; a new test is a row here and a function beside its likes, whose
first line says what is expected.

Domains and most tests: Buyukkaramikli and others, TECH-VER, PharmacoEconomics 2019; also Dasbach and Elbasha 2017, Tappenden
and Chilcott 2014.
"""

from hecon.verification import (
    amounts,
    arms,
    discounting,
    formulas,
    inputs,
    mortality,
    overall,
    results,
    states,
    swings,
    uncertainty,
)
from hecon.verification.verdict import DOMAINS, Test

_INPUTS, _STATES, _RESULTS, _DRAWS, _ALL = DOMAINS
_CLOCK, _COHORT = "a structure with a clock", "life-years in states"
_PSA = "an input with a distribution"

TESTS = (
    # inputs
    Test("inputs pass their checks", _INPUTS, "", "none", inputs.sound_inputs),
    Test("provenance", _INPUTS, "", "none", inputs.provenance),
    Test("units", _INPUTS, "", "none", inputs.units),
    Test("magnitudes", _INPUTS, "", "none", inputs.magnitudes),
    Test("values in their own ranges", _INPUTS, "", "none", inputs.own_range),
    Test("one quantity, one input", _INPUTS, "", "none", inputs.twice),
    Test("one currency and price year", _INPUTS, "", "none", inputs.money),
    Test("every input is used", _INPUTS, "", "each input to its low and high", swings.moves_nothing),
    Test("every input can be varied", _INPUTS, "", "each input to its low and high", swings.refused),
    Test("numbers in formulas", _INPUTS, "", "none", formulas.typed_numbers),
    Test("every scenario changes something", _INPUTS, "scenarios", "each scenario", inputs.scenarios_change),
    # events and states
    Test("states add up", _STATES, _CLOCK, "none", states.adds_up),
    Test("no state below 0", _STATES, _CLOCK, "none", states.never_negative),
    Test("the dead stay dead", _STATES, _COHORT, "none", states.dead_stay_dead),
    Test("lifetime horizon", _STATES, _COHORT, "none", states.lifetime),
    Test("life-years from the trace", _STATES, _COHORT, "count them by hand", states.years_lived),
    Test("horizon of one cycle", _STATES, _CLOCK, "horizon one cycle", states.one_cycle),
    Test("half the horizon", _STATES, _CLOCK, "half the horizon", states.longer_is_more),
    Test("one clock in all arms", _STATES, _CLOCK, "none", states.same_clock),
    Test("within-cycle methods in order", _STATES, _CLOCK, "start, half-cycle, end", states.within_cycle_order),
    Test("amounts within a cycle", _STATES, _CLOCK, "amounts of the cycle's middle", states.smooth_in_time),
    Test("a step lasts as long as it says", _STATES, "a formula with a step in time", "none", formulas.steps_last),
    Test("look-ups by the right row", _STATES, "a table by age or time", "none", formulas.right_row),
    Test("conversions to the cycle", _STATES, "a transition with a conversion or a life table", "none", formulas.to_the_cycle),
    Test("curves do not cross", _STATES, "partitioned survival", "none", states.curves_cross),
    Test("general mortality in every arm", _STATES, "a life table", "mortality 0 and twice", mortality.mortality_reaches),
    Test("general mortality is a floor", _STATES, "a life table", "none", mortality.floor),
    Test("survival below the life table in draws", _STATES, f"a life table; {_PSA}", "the draws", mortality.above_in_draws),
    Test("more risk of death, fewer life-years", _STATES, "role disease mortality", "each raised", swings.death_up),
    Test("a hazard ratio acts in its sense", _STATES, "role effect, hr_", "each raised", swings.ratio_up),
    Test("no relative effect, no difference", _STATES, "role effect; arms that differ in it alone", "all at 1", arms.no_effect),
    Test("arms have survival of their own", _STATES, "", "none", arms.arms_differ),
    # results
    Test("utilities of 1", _RESULTS, "role utility", "utilities 1, losses 0", results.utilities_one),
    Test("utilities of 0", _RESULTS, "role utility", "utilities 0", results.utilities_zero),
    Test("a higher utility, more QALYs", _RESULTS, "role utility or disutility", "each raised", swings.utility_up),
    Test("the dead have and cost nothing", _RESULTS, "", "none", results.dead_have_nothing),
    Test("QALYs below life-years; checks of the model", _RESULTS, "", "none", results.qalys_below_years),
    Test("money of 0", _RESULTS, "role price", "every amount of money 0", results.money_zero),
    Test("money doubled", _RESULTS, "role price", "every amount of money twice", results.money_double),
    Test("a higher price, more cost", _RESULTS, "role price", "each raised", swings.cost_up),
    Test("the product's price", _RESULTS, "setting product_price", "raised", swings.price_of_product),
    Test("the product after failure", _RESULTS, "a product paid in states", "none", amounts.product_after_failure),
    Test("inputs move the arm they name", _RESULTS, "inputs with a strategy's name", "each raised", swings.moves_its_arm),
    Test("more harm, more cost, fewer QALYs", _RESULTS, "role incidence", "each raised", swings.harm_up),
    Test("harms are tied to events", _RESULTS, "cost of harms or of what follows failure", "none", amounts.harms_tied),
    Test("cost and QALYs of a harm", _RESULTS, "a harm with both", "none", amounts.same_incidence),
    Test("nothing is counted twice", _RESULTS, "", "none", amounts.counted_twice),
    Test("signs", _RESULTS, "", "none", results.signs),
    Test("causes in every arm", _RESULTS, "two strategies", "none", arms.causes_in_both),
    Test("amounts of the right kind", _RESULTS, "", "none", amounts.right_kind),
    Test("days into years", _RESULTS, "QALYs lost over days, weeks or months", "none", amounts.days_converted),
    Test("amounts per year", _RESULTS, "an amount per year that is paid per year", "none", amounts.per_year_once),
    Test("sectors", _RESULTS, "", "none", amounts.right_sector),
    Test("worse states, lower utilities", _RESULTS, "two states with a utility", "none", amounts.worse_is_lower),
    Test("causes are filed", _RESULTS, "", "none", amounts.filed),
    Test("discount rates of 0", _RESULTS, "role discount", "rates 0", discounting.undiscounted),
    Test("discounted once", _RESULTS, "role discount", "none", discounting.discounted_once),
    Test("everything later is discounted", _RESULTS, "role discount", "rates raised", discounting.discount_reaches),
    Test("each discount rate on its own", _RESULTS, "two discount rates", "each raised", discounting.own_discount),
    Test("parts add up", _RESULTS, "", "none", results.sums),
    Test("ICER and net benefit", _RESULTS, "two strategies, QALYs", "arms swapped", arms.decision),
    # uncertainty
    Test("draws as declared", _DRAWS, _PSA, "the draws", uncertainty.draws_as_declared),
    Test("draws in range", _DRAWS, _PSA, "the draws", uncertainty.draws_in_range),
    Test("spread of a mean", _DRAWS, _PSA, "none", uncertainty.plausible_spread),
    Test("correlations and shares", _DRAWS, "correlations or shares", "the draws", uncertainty.correlated),
    Test("utilities stay in order", _DRAWS, "two utilities that vary", "the draws", uncertainty.ordered_utilities),
    Test("curves stay in order", _DRAWS, "partitioned survival", "the draws", uncertainty.curves_in_draws),
    Test("PSA against base case", _DRAWS, _PSA, "the draws", uncertainty.mean_of_draws),
    Test("what moves results is uncertain", _DRAWS, _PSA, "none", uncertainty.left_certain),
    Test("draws without spread", _DRAWS, _PSA, "every draw the base case", uncertainty.no_spread),
    Test("one seed, one result", _DRAWS, _PSA, "sample and run again", uncertainty.same_seed),
    Test("acceptability", _DRAWS, "two strategies, QALYs", "thresholds 0 and more", uncertainty.acceptable),
    # overall
    Test("order of strategies", _ALL, "", "strategies in reverse", states.reversed_order),
    Test("run again", _ALL, "", "the same run", overall.again),
    Test("nothing beyond the horizon", _ALL, "", "none", overall.left_out),
)  # fmt: skip
