/** Decide: where a difference comes from: costs by cause as breakdown.py and the Decision sheet show them, and what they rest on. */
(() => {
  "use strict";

  const UPFRONT = ["product", "delivery"];
  const LUMP = "not separable";
  const LUMP_NOTE = `'${LUMP}' is a published lump: a cause that is 0 beside it may be in it, and is then not known.`;
  const HARM = "side effects";
  const WORK = ["lost work, illness", "lost work, death", "lost work of carers"];
  const NAMES = {
    product: "Upfront: product", delivery: "Upfront: delivery", "not separable": "Upfront, not separable", "side effects": "Side effects",
    "lost work, illness": "Lost work, illness", "lost work, death": "Lost work, death", "lost work of carers": "Lost work of carers",
  };
  const NOT_COUNTED = "not counted by this perspective";
  const MOST_OWN = 6; // of a model's own categories
  const ASSUMED = "assumption";

  /** Items added up in two strategies, means over the draws: {strategy, reference, difference}. */
  function pair(DATA, totals, strategy, reference, rows) {
    const items = DATA.items.length;
    const n = totals.length / (items * DATA.strategies.length);
    const of = (k) => {
      const found = new Float64Array(n);
      for (const row of rows) for (let d = 0; d < n; d++) found[d] += totals[(k * items + row) * n + d];
      return Decide.mean(found);
    };
    const [one, other] = [of(strategy), of(reference)];
    return { strategy: one, reference: other, difference: one - other };
  }

  /** Positions of items by a tag, in the order in which its words are met: Map of word to positions. */
  function groups(DATA, rows, by) {
    const found = new Map();
    for (const row of rows) {
      const word = DATA.items[row][by] || `(no ${by})`;
      if (!found.has(word)) found.set(word, []);
      found.get(word).push(row);
    }
    return found;
  }

  /**
   * Parts of a difference by a tag of the items; they add up to it.
   * @param {object} DATA
   * @param {Float64Array} totals (S*I), or (S*I*n)
   * @param {number} strategy position
   * @param {number} reference position
   * @param {number[]} rows positions of the items counted (costs_counted, or those of an effect)
   * @param {string} [by] category, of, sector, method, payer or name
   * @returns {{part: string, strategy: number, reference: number, difference: number}[]}
   */
  function parts(DATA, totals, strategy, reference, rows, by = "category") {
    const found = [];
    groups(DATA, rows, by).forEach((mine, part) => found.push({ part, ...pair(DATA, totals, strategy, reference, mine) }));
    return found;
  }

  function named(DATA, rows, causes) {
    return rows.filter((row) => causes.includes(DATA.items[row].category));
  }

  /**
   * Costs and effects by cause of a strategy against a comparator.
   * @param {object} DATA
   * @param {Float64Array} totals (S*I), or (S*I*n) of draws, whose means are shown
   * @param {number} comparator position
   * @param {number} strategy position
   * @param {string} perspective
   * @param {string} [kind] effect
   * @returns {object} costs, effects: parts by category; total; upfront (product and delivery), with_lump (not separable too),
   *   side_effects, lost_work, rest: {strategy, reference, difference}; side_effect_qalys: the same or null; lump: whether one of
   *   the two has a published lump; note: what must be said then; lines: the table of the Decision sheet
   */
  function breakdown(DATA, totals, comparator, strategy, perspective, kind = "qaly") {
    const rows = Decide.costs_counted(DATA, perspective);
    const of = (chosen) => pair(DATA, totals, strategy, comparator, chosen);
    const gains = Decide.kinds_of(kind);
    const counted = [...DATA.items.keys()].filter((i) => gains.includes(DATA.items[i].kind));
    const harmed = [...DATA.items.keys()].filter((i) => DATA.items[i].kind === "qaly" && DATA.items[i].category === HARM);
    const lump = of(named(DATA, rows, [LUMP]));
    const has_lump = lump.strategy !== 0 || lump.reference !== 0;
    const said = [...UPFRONT, LUMP, HARM, ...WORK];
    const found = {
      costs: parts(DATA, totals, strategy, comparator, rows), effects: parts(DATA, totals, strategy, comparator, counted),
      total: of(rows), upfront: of(named(DATA, rows, UPFRONT)), with_lump: of(named(DATA, rows, [...UPFRONT, LUMP])),
      side_effects: of(named(DATA, rows, [HARM])), lost_work: of(named(DATA, rows, WORK)),
      rest: of(rows.filter((row) => !said.includes(DATA.items[row].category))),
      side_effect_qalys: harmed.length ? of(harmed) : null, lump: has_lump, note: has_lump ? LUMP_NOTE : "",
    };
    return { ...found, lines: lines(DATA, rows, found, of) };
  }

  /** The rows of the Decision sheet: words, both strategies, the difference, its kind of number, and what stands beside it. */
  function lines(DATA, rows, found, of) {
    const every = [...DATA.items.keys()].filter((i) => DATA.items[i].kind === "cost");
    const categories = [...new Set(every.map((i) => DATA.items[i].category))];
    const known = Object.keys(NAMES).filter((one) => categories.includes(one));
    const own = known.length ? [] : categories.slice(0, MOST_OWN);
    const shown = [...known, ...own].map((cause) => {
      const mine = named(DATA, rows, [cause]);
      const words = NAMES[cause] || cause.slice(0, 1).toUpperCase() + cause.slice(1);
      return { words, ...of(mine), style: "money", beside: mine.length ? "" : NOT_COUNTED };
    });
    if (shown.length < categories.length) {
      const left = (arm) => found.total[arm] - shown.reduce((sum, one) => sum + one[arm], 0);
      const [mine, other] = [left("strategy"), left("reference")];
      shown.push({ words: "Everything else", strategy: mine, reference: other, difference: mine - other, style: "money", beside: "" });
    }
    shown.push({ words: "All costs", ...found.total, style: "money", beside: "" });
    if (found.side_effect_qalys) {
      shown.push({ words: "QALYs by side effects", ...found.side_effect_qalys, style: "effect", beside: "" });
    }
    return shown;
  }

  /**
   * What the costs counted rest on: the share of the money (both strategies, without signs) whose worst fact is assumed.
   * @param {object} DATA whose items hold `facts`, the worst provenance of each strategy's amount
   * @param {Float64Array} totals (S*I)
   * @param {number} comparator position
   * @param {number} strategy position
   * @param {number[]} rows positions of costs, such as costs_counted
   * @returns {{assumed: number, hatched: boolean}} hatched: over half, so that no sentence may summarise it
   */
  function assumed(DATA, totals, comparator, strategy, rows) {
    const items = DATA.items.length;
    const bars = new Map(); // summed by cause, then by fact, as the atlas does, so that half is half in both
    for (const row of rows) {
      const { category, of, method, facts = [] } = DATA.items[row];
      const bar = `${category}|${of}|${method}`;
      if (!bars.has(bar)) bars.set(bar, {});
      const mine = bars.get(bar);
      for (const arm of [strategy, comparator]) {
        const fact = facts[arm] || "";
        const size = Math.abs(totals[arm * items + row]);
        if (size !== 0) mine[fact] = (mine[fact] || 0) + size;
      }
    }
    const total = {};
    for (const mine of bars.values()) {
      for (const [fact, size] of Object.entries(mine)) total[fact] = (total[fact] || 0) + size;
    }
    const whole = Object.values(total).reduce((sum, size) => sum + size, 0);
    const share = whole === 0 ? 0 : (total[ASSUMED] || 0) / whole;
    return { assumed: share, hatched: share > 0.5 };
  }

  Object.assign(Decide, { LUMP_NOTE, NOT_COUNTED, parts, breakdown, assumed });
})();
