"""The table of tests, in the order of TECH-VER's five domains; a new test is a row here and a function beside its likes.

Domains and most tests: Buyukkaramikli and others, TECH-VER, PharmacoEconomics 2019; also Dasbach and Elbasha 2017, Tappenden
and Chilcott 2014.
"""

from hecon.verification import formulas, inputs, overall, results, states, swings, uncertainty
from hecon.verification.verdict import DOMAINS, Test

_INPUTS, _STATES, _RESULTS, _DRAWS, _ALL = DOMAINS
_CLOCK, _COHORT = "a structure with a clock", "life-years in states"
_PSA = "an input with a distribution"

TESTS = (
    # inputs
    Test("inputs pass their checks", _INPUTS, "", "none", "nothing is remarked", inputs.sound_inputs),
    Test("provenance", _INPUTS, "", "none", "every input has a source and says how it came from there", inputs.provenance),
    Test("units", _INPUTS, "", "none", "every input has a unit", inputs.units),
    Test("magnitudes", _INPUTS, "", "none", "inputs have the magnitude of their role", inputs.magnitudes),
    Test("values in their own ranges", _INPUTS, "", "none", "low <= value <= high", inputs.own_range),
    Test("one quantity, one input", _INPUTS, "", "none", "no label stands twice with one value", inputs.twice),
    Test("one currency and price year", _INPUTS, "", "none", "no amount was taken over unconverted", inputs.money),
    Test("every input is used", _INPUTS, "", "each input to its low and high", "some outcome moves", swings.moves_nothing),
    Test("every input can be varied", _INPUTS, "", "each input to its low and high", "the model runs", swings.refused),
    Test("numbers in formulas", _INPUTS, "", "none", "no number but those of time", formulas.typed_numbers),
    Test("every scenario changes something", _INPUTS, "scenarios", "each scenario", "some outcome moves", inputs.scenarios_change),
    # events and states
    Test("states add up", _STATES, _CLOCK, "none", "the cohort is the same in every row", states.adds_up),
    Test("no state below 0", _STATES, _CLOCK, "none", "occupancy is at least 0", states.never_negative),
    Test("the dead stay dead", _STATES, _COHORT, "none", "the share alive never rises", states.dead_stay_dead),
    Test("lifetime horizon", _STATES, _COHORT, "none", "under 1% is alive at the horizon", states.lifetime),
    Test("life-years from the trace", _STATES, _COHORT, "count them by hand", "the same life-years", states.years_lived),
    Test("horizon of one cycle", _STATES, _CLOCK, "horizon one cycle", "life-years are at most the cycle", states.one_cycle),
    Test("half the horizon", _STATES, _CLOCK, "half the horizon", "the rows before it do not change", states.longer_is_more),
    Test("one clock in all arms", _STATES, _CLOCK, "none", "cycle, horizon, within-cycle method are the same", states.same_clock),
    Test("within-cycle methods in order", _STATES, _CLOCK, "start, half-cycle, end", "life-years fall", states.within_cycle_order),
    Test("amounts within a cycle", _STATES, _CLOCK, "amounts of the cycle's middle", "the same totals", states.smooth_in_time),
    Test("a step lasts as long as it says", _STATES, "a formula with a step in time", "none", "it ends with a cycle", formulas.steps_last),
    Test("look-ups by the right row", _STATES, "a table by age or time", "none", "the row is that of the age or time", formulas.right_row),
    Test("conversions to the cycle", _STATES, "a transition with a conversion or a life table", "none", "to the cycle's length", formulas.to_the_cycle),
    Test("curves do not cross", _STATES, "partitioned survival", "none", "no row in which they cross", states.curves_cross),
    Test("general mortality in every arm", _STATES, "a life table", "mortality 0 and twice", "life-years rise and fall", states.mortality_reaches),
    Test("general mortality is a floor", _STATES, "a life table", "none", "no fewer die than of the population", states.floor),
    Test("survival below the life table in draws", _STATES, f"a life table; {_PSA}", "the draws", "no draw lies above", states.above_in_draws),
    Test("more risk of death, fewer life-years", _STATES, "role disease mortality", "each raised", "life-years fall", swings.death_up),
    Test("a hazard ratio acts in its sense", _STATES, "role effect, hr_", "each raised", "life-years fall", swings.ratio_up),
    Test("no relative effect, no difference", _STATES, "role effect; arms that differ in it alone", "all at 1", "life-years are equal", results.no_effect),
    Test("arms have survival of their own", _STATES, "", "none", "traces differ, or no effect is idle", results.arms_differ),
    # results
    Test("utilities of 1", _RESULTS, "role utility", "utilities 1, losses 0", "QALYs of a state are its life-years", results.utilities_one),
    Test("utilities of 0", _RESULTS, "role utility", "utilities 0", "no QALYs in states", results.utilities_zero),
    Test("a higher utility, more QALYs", _RESULTS, "role utility or disutility", "each raised", "QALYs rise (fall)", swings.utility_up),
    Test("the dead have and cost nothing", _RESULTS, "", "none", "no QALYs or costs in a state without life-years", results.dead_have_nothing),
    Test("QALYs below life-years; checks of the model", _RESULTS, "", "none", "they hold", results.qalys_below_years),
    Test("money of 0", _RESULTS, "role price", "every amount of money 0", "nothing costs anything", results.money_zero),
    Test("money doubled", _RESULTS, "role price", "every amount of money twice", "costs double, effects stay", results.money_double),
    Test("a higher price, more cost", _RESULTS, "role price", "each raised", "cost rises, effects stay", swings.cost_up),
    Test("the product's price", _RESULTS, "setting product_price", "raised", "the cost of product rises where it is given", swings.price_of_product),
    Test("the product after failure", _RESULTS, "a product paid in states", "none", "it is not paid after failure", formulas.product_after_failure),
    Test("inputs move the arm they name", _RESULTS, "inputs with a strategy's name", "each raised", "that arm moves", swings.moves_its_arm),
    Test("more harm, more cost, fewer QALYs", _RESULTS, "role incidence", "each raised", "cost rises, QALYs fall", swings.harm_up),
    Test("harms are tied to events", _RESULTS, "cost of harms or of what follows failure", "none", "a probability, count or transition is in it", formulas.harms_tied),
    Test("cost and QALYs of a harm", _RESULTS, "a harm with both", "none", "both follow from one incidence", formulas.same_incidence),
    Test("nothing is counted twice", _RESULTS, "", "none", "no two items are one amount", formulas.counted_twice),
    Test("signs", _RESULTS, "", "none", "costs are not negative, harms no gains", results.signs),
    Test("causes in every arm", _RESULTS, "two strategies", "none", "a cause that one arm has, all have", results.causes_in_both),
    Test("amounts of the right kind", _RESULTS, "", "none", "costs of money, QALYs of utilities, transitions of probabilities", formulas.right_kind),
    Test("causes are filed", _RESULTS, "", "none", "every item has a cause of the list", formulas.filed),
    Test("discount rates of 0", _RESULTS, "role discount", "rates 0", "discounted is undiscounted", results.undiscounted),
    Test("discounted once", _RESULTS, "role discount", "none", "no amount follows from a rate", results.discounted_once),
    Test("everything later is discounted", _RESULTS, "role discount", "rates raised", "every later item moves", results.discount_reaches),
    Test("each discount rate on its own", _RESULTS, "two discount rates", "each raised", "costs by one, effects by the other", results.own_discount),
    Test("parts add up", _RESULTS, "", "none", "states, items, causes, sectors add up", results.sums),
    Test("ICER and net benefit", _RESULTS, "two strategies, QALYs", "arms swapped", "they agree, and change sign", results.decision),
    # uncertainty
    Test("draws as declared", _DRAWS, _PSA, "the draws", "means and deviations of the distributions", uncertainty.draws_as_declared),
    Test("draws in range", _DRAWS, _PSA, "the draws", "each is a possible value", uncertainty.draws_in_range),
    Test("spread of a mean", _DRAWS, _PSA, "none", "a standard error's, on the right scale", uncertainty.plausible_spread),
    Test("correlations and shares", _DRAWS, "correlations or shares", "the draws", "as declared; shares add up", uncertainty.correlated),
    Test("utilities stay in order", _DRAWS, "two utilities that vary", "the draws", "the order of the base case", uncertainty.ordered_utilities),
    Test("curves stay in order", _DRAWS, "partitioned survival", "the draws", "no draw in which they cross", uncertainty.curves_in_draws),
    Test("PSA against base case", _DRAWS, _PSA, "the draws", "means within three errors", uncertainty.mean_of_draws),
    Test("what moves results is uncertain", _DRAWS, _PSA, "none", "it has a distribution", uncertainty.left_certain),
    Test("draws without spread", _DRAWS, _PSA, "every draw the base case", "the base case", uncertainty.no_spread),
    Test("one seed, one result", _DRAWS, _PSA, "sample and run again", "the same", uncertainty.same_seed),
    Test("acceptability", _DRAWS, "two strategies, QALYs", "thresholds 0 and more", "adds up to 1; EVPI at least 0", uncertainty.acceptable),
    # overall
    Test("order of strategies", _ALL, "", "strategies in reverse", "the same results", states.reversed_order),
    Test("run again", _ALL, "", "the same run", "the same to the last bit", overall.again),
    Test("nothing beyond the horizon", _ALL, "", "none", "every dated item and check is counted", overall.left_out),
)  # fmt: skip
