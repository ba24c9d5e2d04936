/** Decide: lost work by each method that the model counts it by, and what society pays under each; lost_work.py. */
(() => {
  "use strict";

  const METHODS = ["illness", "friction", "friction lower bound", "human capital"];
  const UPPER = "friction upper bound";
  const LOWER = "friction lower bound";
  const CONSUMPTION = "consumption";
  const WITH_CONSUMPTION = " with consumption";

  /** The methods of the items that a method counts: its own, and where friction has two bounds, what both share. */
  function item_methods(method) {
    return { friction: ["friction", UPPER], [LOWER]: ["friction", LOWER] }[method] || [method];
  }

  /** The methods that costs with these methods give, in the order of METHODS. */
  function methods_of(found) {
    return METHODS.filter((one) => found.includes(one) || (one === "friction" && found.includes(UPPER)));
  }

  /**
   * Lost work and societal cost of each strategy and their difference to the reference, by method, with and without consumption.
   * @param {object} DATA with items (kind, method, sector), perspectives ("societal: friction", ..) and strategies
   * @param {Float64Array} totals (S*I), or (S*I*n) of draws
   * @param {number} reference position
   * @returns {?{rows: {what: string, strategy: string, values: object[]}[], methods: string[], basis: string, reference: string,
   *   counted: string, note: string}} values are estimates, one per method; null for a model that counts lost work by no method
   */
  function lost_work(DATA, totals, reference) {
    const items = DATA.items.length;
    const n = totals.length / (items * DATA.strategies.length);
    const every = [...DATA.items.keys()].filter((i) => DATA.items[i].kind === "cost");
    const methods = methods_of(every.map((i) => DATA.items[i].method));
    if (methods.length === 0) return null;
    const consumed = every.filter((i) => DATA.items[i].sector === CONSUMPTION);
    const columns = [];
    for (const method of methods) {
      for (const ending of consumed.length ? ["", WITH_CONSUMPTION] : [""]) {
        const mine = item_methods(method).flatMap((one) => every.filter((i) => DATA.items[i].method === one));
        const lost = Decide.added(totals, items, n, ending ? [...mine, ...consumed] : mine);
        const rows = Decide.costs_counted(DATA, `societal: ${method}${ending}`);
        columns.push({ name: method + ending, lost, societal: Decide.added(totals, items, n, rows) });
      }
    }
    const rows = [];
    for (const [what, key] of [["lost work", "lost"], ["societal cost", "societal"]]) {
      const add = (strategy, of) => rows.push({ what, strategy, values: columns.map((one) => Decide.estimate(of(one[key]))) });
      DATA.strategies.forEach((one, k) => add(one.name, (values) => Decide.of_strategy(values, n, k)));
      DATA.strategies.forEach((one, k) => {
        if (k === reference) return;
        add(`${one.name} - ${DATA.strategies[reference].name}`, (values) => Decide.difference(values, n, k, reference));
      });
    }
    const counted = counted_method(DATA);
    const note = counted ? `The societal perspective of this run counts ${counted}.` : "";
    const names = columns.map((one) => one.name);
    return { rows, methods: names, basis: Decide.basis_of(n), reference: DATA.strategies[reference].name, counted, note };
  }

  /** The method that the perspective "societal" counts; "" where it counts none. */
  function counted_method(DATA) {
    const societal = DATA.perspectives.find((one) => one.name === "societal");
    if (!societal) return "";
    const found = methods_of(DATA.items.filter((_, i) => societal.counts[i]).map((item) => item.method));
    return found.includes(LOWER) ? LOWER : found.join("");
  }

  Object.assign(Decide, { lost_work });
})();
