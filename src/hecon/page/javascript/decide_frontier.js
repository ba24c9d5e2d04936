/** Decide: the ratio with its status, the efficiency frontier, and the incremental and pairwise tables. */
(() => {
  "use strict";

  const STATUS = { ND: "on the frontier", ED: "extendedly dominated", D: "dominated", equivalent: "equivalent", withheld: "withheld" };

  /**
   * The ratio of two increments with its quadrant; effects within 1e-9 of `scale` are equal.
   * @param {number} inc_cost in the outcomes' currency
   * @param {number} inc_effect
   * @param {string} [word] one unit of effect
   * @param {number} [scale] the size of the effects compared
   * @returns {{value: ?number, status: string, text: string}} status is NE, SE, NW, SW, "equal effect" or "withheld"
   */
  function icer(inc_cost, inc_effect, word = "QALY", scale = 0) {
    if (!Number.isFinite(inc_cost) || !Number.isFinite(inc_effect)) return withheld();
    if (Math.abs(inc_effect) <= Decide.TOLERANCE * scale) {
      const more = inc_cost > 0 ? "more" : "less";
      const told = inc_cost === 0 ? "same cost" : `costs ${Decide.money(Math.abs(inc_cost))} ${more}`;
      return { value: null, status: "equal effect", text: `equal effect: ${told}` };
    }
    if (inc_effect > 0 && inc_cost <= 0) return { value: null, status: "SE", text: "dominant" };
    if (inc_effect < 0 && inc_cost >= 0) return { value: null, status: "NW", text: "dominated" };
    const value = inc_cost / inc_effect;
    if (inc_effect > 0) return { value, status: "NE", text: Decide.money(value) };
    return { value, status: "SW", text: `${Decide.money(value)} saved per ${word} lost` };
  }

  function withheld() {
    return { value: null, status: "withheld", text: Decide.WITHHELD };
  }

  /** What is printed of a ratio, as the terminal prints it. */
  function icer_text(one) {
    return one.text;
  }

  /** Ranks in which values closer than the tolerance share one. */
  function levels(values) {
    const order = values.map((_, k) => k).sort((a, b) => values[a] - values[b] || a - b);
    const step = Decide.TOLERANCE * Decide.largest(values);
    const found = new Array(values.length).fill(0);
    let level = 0;
    order.forEach((k, place) => {
      if (place > 0 && values[k] - values[order[place - 1]] > step) level += 1;
      found[k] = level;
    });
    return found;
  }

  /**
   * Place strategies on or off the frontier: strong dominance, then extended dominance.
   * @param {number[]} cost [S]
   * @param {number[]} effect [S]
   * @returns {{order: number[], status: string[], previous: (?number)[]}} order by cost, then falling effect; status ND, ED, D,
   *   equivalent, or withheld for all where one number is; previous is the one compared with, or the twin
   */
  function frontier(cost, effect) {
    const every = cost.map((_, k) => k);
    if (![...cost, ...effect].every(Number.isFinite)) {
      return { order: every, status: every.map(() => "withheld"), previous: every.map(() => null) };
    }
    const c = levels(cost);
    const e = levels(effect);
    const beats = (j, k) => c[j] <= c[k] && e[j] >= e[k] && (c[j] < c[k] || e[j] > e[k]);
    const dominated = every.map((k) => every.some((j) => beats(j, k)));
    const order = [...every].sort((a, b) => c[a] - c[b] || e[b] - e[a] || a - b);
    const twin = every.map((k) => every.find((j) => c[j] === c[k] && e[j] === e[k]));
    const hull = [];
    for (const k of order.filter((one) => !dominated[one] && twin[one] === one)) {
      while (hull.length > 1 && is_extended(cost, effect, hull[hull.length - 2], hull[hull.length - 1], k)) hull.pop();
      hull.push(k);
    }
    const status = every.map((k) => {
      if (dominated[k]) return "D";
      if (!hull.includes(twin[k])) return "ED";
      return twin[k] === k ? "ND" : "equivalent";
    });
    const previous = every.map((k) => (status[k] === "equivalent" ? twin[k] : null));
    hull.slice(1).forEach((k, place) => { previous[k] = hull[place]; });
    return { order, status, previous };
  }

  /** Whether the ratio of `middle` over `before` is above that of `after` over `middle`. */
  function is_extended(cost, effect, before, middle, after) {
    const to_middle = (cost[middle] - cost[before]) / (effect[middle] - effect[before]);
    const to_after = (cost[after] - cost[middle]) / (effect[after] - effect[middle]);
    return to_middle > to_after * (1 + Decide.TOLERANCE);
  }

  function basis_of(n) {
    return n === 1 ? "deterministic" : "probabilistic";
  }

  /**
   * The incremental table: strategies by rising cost, each on the frontier over the one before it; on means where there are draws.
   * @param {ArrayLike<number>} costs [S], or of draws [s * n + d]
   * @param {ArrayLike<number>} effects the same
   * @param {number} reference position of the strategy that `inmb` is over
   * @param {number} threshold currency per unit of effect
   * @param {{name: string, label: string}[]} strategies
   * @returns {{rows: object[], basis: string, draws: number, frontier: string[]}} rows with position k, strategy, label; cost,
   *   effect, inc_cost, inc_effect, nmb, inmb (estimates or null); icer, status, status_text, compared_with, best
   */
  function incremental(costs, effects, reference, threshold, strategies) {
    const n = costs.length / strategies.length;
    const placed = frontier(Decide.means(costs, n), Decide.means(effects, n));
    const net = Decide.nmb(costs, effects, threshold);
    const best = Decide.tied(Decide.means(net, n), Decide.tie_within(costs, effects, threshold));
    const of = (values, k) => Decide.estimate(Decide.of_strategy(values, n, k));
    const less = (values, k, other) => Decide.estimate(Decide.difference(values, n, k, other));
    const rows = placed.order.map((k) => {
      const status = placed.status[k];
      const other = placed.previous[k];
      const before = status === "ND" ? other : null;
      const inc_cost = before === null ? null : less(costs, k, before);
      const inc_effect = before === null ? null : less(effects, k, before);
      return {
        k, strategy: strategies[k].name, label: strategies[k].label, cost: of(costs, k), effect: of(effects, k), inc_cost,
        inc_effect, icer: ratio(status, inc_cost, inc_effect, other === null ? "" : strategies[other].name), status,
        status_text: STATUS[status], compared_with: other === null ? null : strategies[other].name, nmb: of(net, k),
        inmb: k === reference ? null : less(net, k, reference), best: best[k],
      };
    });
    const on = rows.filter((row) => row.status === "ND" || row.status === "equivalent").map((row) => row.strategy);
    return { rows, basis: basis_of(n), draws: n, frontier: on };
  }

  /** The ratio of a strategy on the frontier over the one before it; for the others the reason why there is none. */
  function ratio(status, inc_cost, inc_effect, twin) {
    if (status === "withheld") return withheld();
    if (inc_cost !== null) {
      const value = inc_cost.mean / inc_effect.mean;
      return { value, status, text: Decide.money(value) };
    }
    const texts = { ND: "reference", D: "dominated", ED: "extendedly dominated", equivalent: `equivalent to ${twin}` };
    return { value: null, status, text: texts[status] };
  }

  /**
   * Each strategy against the reference, dominated or not.
   * @param {ArrayLike<number>} costs [S], or of draws [s * n + d]
   * @param {ArrayLike<number>} effects the same
   * @param {number} reference position
   * @param {{name: string, label: string}[]} strategies
   * @param {string} [word] one unit of effect
   * @returns {{rows: object[], basis: string, draws: number, reference: string}} rows with k, strategy, label, inc_cost,
   *   inc_effect (estimates) and icer
   */
  function pairwise(costs, effects, reference, strategies, word = "QALY") {
    const n = costs.length / strategies.length;
    const gains = Decide.means(effects, n);
    const rows = [];
    strategies.forEach((one, k) => {
      if (k === reference) return;
      const inc_cost = Decide.estimate(Decide.difference(costs, n, k, reference));
      const inc_effect = Decide.estimate(Decide.difference(effects, n, k, reference));
      const scale = Decide.largest([gains[k], gains[reference]]);
      rows.push({
        k, strategy: one.name, label: one.label, inc_cost, inc_effect, icer: icer(inc_cost.mean, inc_effect.mean, word, scale),
      });
    });
    return { rows, basis: basis_of(n), draws: n, reference: strategies[reference].name };
  }

  Object.assign(Decide, { STATUS, icer, icer_text, frontier, incremental, pairwise, basis_of });
})();
