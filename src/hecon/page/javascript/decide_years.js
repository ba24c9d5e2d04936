/** Decide: does what is paid at the start come back, and when? Increments by year from the ledger; over_time.py and payback.py. */
(() => {
  "use strict";

  const ROUNDING = 1e-12; // relative; what rounding leaves of amounts that cancel is 0
  const SLACK = 1e-6; // money; a sum so near below 0 is 0

  /**
   * Increments in each year and up to its end, discounted.
   * @param {object} DATA
   * @param {{discounted: Float64Array, undiscounted: Float64Array}} ledger each (S*I*Y), [(s * I + i) * Y + y]
   * @param {number} strategy position
   * @param {number} reference position
   * @param {string} perspective
   * @param {number} threshold currency per unit of effect
   * @param {{kind?: string, until?: ?number, discounted?: boolean}} [how] effect; where the ledger ends (null at the horizon)
   * @returns {object} years (1, 2, ..), cost, effect, cumulative_cost, cumulative_effect, cumulative_nmb: number[]; pays_back,
   *   worth_from: the year, or null for never; text: both in words; withheld
   */
  function over_time(DATA, ledger, strategy, reference, perspective, threshold, how = {}) {
    const values = how.discounted === false ? ledger.undiscounted : ledger.discounted;
    const count = values.length / (DATA.items.length * DATA.strategies.length);
    const kinds = Decide.kinds_of(how.kind || "qaly");
    const counted = [...DATA.items.keys()].filter((i) => kinds.includes(DATA.items[i].kind));
    const of = (rows) => difference(
      yearly(values, DATA.items.length, count, strategy, rows), yearly(values, DATA.items.length, count, reference, rows),
    );
    const [cost, effect] = [of(Decide.costs_counted(DATA, perspective)), of(counted)];
    const found = {
      years: cost.map((_, y) => y + 1), cost, effect, cumulative_cost: added_up(cost), cumulative_effect: added_up(effect),
      cumulative_nmb: added_up(cost.map((value, y) => threshold * effect[y] - value)),
    };
    found.withheld = [...found.cumulative_cost, ...found.cumulative_effect].some(Number.isNaN);
    found.pays_back = found.withheld ? null : from(found.cumulative_cost.map((value) => value <= 0));
    found.worth_from = found.withheld ? null : from(found.cumulative_nmb.map((value) => value >= 0));
    const names = [DATA.strategies[strategy].name, DATA.strategies[reference].name];
    found.text = found.withheld ? "Withheld: what is paid by year rests on a number that is withheld." : words(found, names, threshold, how.until);
    return found;
  }

  /** Amounts of a strategy's items added up, (year,). */
  function yearly(values, items, count, strategy, rows) {
    const found = new Array(count).fill(0);
    for (const row of rows) for (let y = 0; y < count; y++) found[y] += values[(strategy * items + row) * count + y];
    return found;
  }

  /** One less the other; less than rounding can tell is 0. */
  function difference(one, other) {
    return one.map((value, y) => {
      const found = value - other[y];
      return Math.abs(found) <= ROUNDING * Math.max(Math.abs(value), Math.abs(other[y])) ? 0 : found;
    });
  }

  /** The running sum; what rounding leaves of amounts that cancel is 0. */
  function added_up(values) {
    let [total, size] = [0, 0];
    return values.map((value) => {
      total += value;
      size += Math.abs(value);
      return Math.abs(total) <= ROUNDING * size ? 0 : total;
    });
  }

  /** The first year from which on it holds to the end; null if never. */
  function from(holds) {
    const first = holds.lastIndexOf(false) + 1;
    return first < holds.length ? first + 1 : null;
  }

  function words(found, [strategy, reference], threshold, until) {
    const cost = found.cumulative_cost;
    const net = found.cumulative_nmb;
    const last = cost[cost.length - 1];
    const span = until === null || until === undefined ? "the horizon" : `${Decide.general(until).replace(/,/g, "")} years`;
    let told;
    if (cost.every((value) => value === 0)) told = `${strategy} costs as much as ${reference} at any time within ${span}`;
    else if (cost.every((value) => value <= 0)) told = `${strategy} costs no more than ${reference} in sum at any time within ${span}`;
    else if (found.pays_back !== null) told = `Within ${span} the extra cost of ${strategy} is saved by year ${found.pays_back}`;
    else if (cost.some((value) => value < 0) && cost.find((value) => value !== 0) > 0) {
      told = `The extra cost of ${strategy} is saved for a time, and not at the end of ${span}`;
    } else if (cost.some((value) => value < 0)) {
      const dearer = from(cost.map((value) => value > 0));
      told = `In sum ${strategy} costs less than ${reference} at first, and more from year ${dearer} on`;
    } else told = `Within ${span} the extra cost of ${strategy} is never saved`;
    let worth;
    if (net.every((value) => value >= 0)) worth = "its net benefit is at no time below 0";
    else if (found.worth_from === null) worth = last > 0 ? "it is not worth its cost" : "its net benefit at the end is below 0";
    else if (last > 0) worth = `it is worth its cost from year ${found.worth_from} on`;
    else worth = `its net benefit is not below 0 from year ${found.worth_from} on`;
    return `${told}; with health valued at ${Decide.money(threshold)} per unit ${worth}.`;
  }

  /**
   * The first year from whose end on the sum of yearly increments stays at or below 0; null where that is never (atlas).
   * @param {number[]} extra (year,) in money
   * @returns {?number}
   */
  function payback_year(extra) {
    let total = 0;
    const covered = extra.map((value) => {
      total += value;
      return !(total > SLACK);
    });
    return Number.isNaN(total) ? null : from(covered);
  }

  Object.assign(Decide, { over_time, payback_year });
})();
