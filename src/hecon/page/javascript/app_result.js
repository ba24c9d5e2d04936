/** Result: what figures and tables are given: the totals of a state under its perspective, with all that is decided on them. */
const Result = (() => {
  "use strict";

  /**
   * The result of a state.
   * @param {object} DATA
   * @param {object} state
   * @param {{totals: Float64Array, faults: string[]}} base one evaluation
   * @param {?{n: number, totals: Float64Array}} run the draws of this state, or of the last one (stale)
   * @param {boolean} stale whether `run` is not of this state
   * @returns {object} see docs/page.md and Decide
   */
  function make(DATA, state, base, run, stale) {
    const { strategies, effect: kind } = DATA;
    const reference = strategies.findIndex((one) => one.name === DATA.reference);
    const threshold = state.threshold;
    const wtp = threshold === null ? 0 : threshold;
    const found = Decide.totals(DATA, base.totals, state.perspective, kind);
    const psa = run ? Decide.psa_totals(DATA, run.totals, run.n, state.perspective, kind) : null;
    const result = {
      state, changed: State.is_changed(state), strategies, reference, currency: DATA.currency, price_year: DATA.price_year, money: DATA.money, kind, effect: kind,
      word: DATA.effect_word, threshold: wtp, has_threshold: threshold !== null, perspective: state.perspective, base: found, psa,
      stale, faults: base.faults, totals: base.totals, tornado: null, horizon: state.horizon === null ? DATA.horizon : state.horizon,
      table: Decide.incremental(found.cost, found.effect, reference, wtp, strategies),
      pairwise: Decide.pairwise(found.cost, found.effect, reference, strategies, DATA.effect_word),
      table_psa: psa ? Decide.incremental(psa.cost, psa.effect, reference, wtp, strategies) : null,
      causes: causes(DATA, base.totals, state.perspective, kind),
    };
    result.answer = Decide.answer(result, kind);
    result.compared = result.answer.k;
    result.lost_work = Decide.lost_work(DATA, base.totals, reference);
    once(result, "breakdown", () => Decide.breakdown(DATA, base.totals, reference, result.compared, state.perspective, kind));
    once(result, "trace", () => Model.trace(state));
    once(result, "ledger", () => Model.ledger(state));
    once(result, "over_time", () => Decide.over_time(DATA, result.ledger, result.compared, reference, state.perspective, wtp, { kind }));
    once(result, "ceac", () => (psa ? Decide.acceptability(psa.cost, psa.effect, grid(DATA, wtp), strategies) : null));
    return result;
  }

  /** A property that is computed when it is first read. */
  function once(result, name, compute) {
    Object.defineProperty(result, name, {
      configurable: true, enumerable: true,
      get() {
        const value = compute();
        Object.defineProperty(result, name, { value, enumerable: true });
        return value;
      },
    });
  }

  /** Thresholds of the acceptability curve, from 0 to 2.5 times the threshold in force where that lies beyond the submitted ones. */
  function grid(DATA, threshold) {
    const given = DATA.thresholds.length ? DATA.thresholds : Array.from({ length: 101 }, (_, k) => (k * 2.5 * threshold) / 100);
    if (threshold <= given[given.length - 1]) return given;
    const factor = (2.5 * threshold) / given[given.length - 1];
    return given.map((value) => value * factor);
  }

  /** Costs and effects by cause: [{category, kind, values: per strategy}]. */
  function causes(DATA, totals, perspective, kind) {
    const counts = DATA.perspectives.find((one) => one.name === perspective).counts;
    const gains = Decide.kinds_of(kind);
    const found = new Map();
    DATA.items.forEach((item, i) => {
      if (!(item.kind === "cost" ? counts[i] : gains.includes(item.kind))) return;
      const key = `${item.kind}|${item.category}`;
      if (!found.has(key)) found.set(key, { category: item.category, kind: item.kind, values: DATA.strategies.map(() => 0) });
      const one = found.get(key);
      DATA.strategies.forEach((_, s) => { one.values[s] += totals[s * DATA.items.length + i]; });
    });
    return [...found.values()];
  }

  /**
   * The tornado of a state, in slices that leave the page free: each input at the ends of its range, the others as they are.
   * @param {object} DATA
   * @param {object} result
   * @param {() => boolean} wanted false once it is no longer asked for
   * @returns {Promise<?object[]>} rows {name, label, unit, low, high, nmb_low, nmb_high, ...}, widest first
   */
  async function tornado(DATA, result, wanted) {
    const { state, threshold, reference, compared, kind } = result;
    const inmb = (totals) => {
      const { cost, effect } = Decide.totals(DATA, totals, state.perspective, kind);
      return threshold * (effect[compared] - effect[reference]) - (cost[compared] - cost[reference]);
    };
    const known = Number.isFinite(inmb(result.totals)); // of what is withheld one row says as much as all
    const ranges = DATA.inputs.filter((input) => input.low !== null && input.low < input.high).slice(0, known ? undefined : 1);
    const rows = [];
    let since = performance.now();
    for (const one of ranges) {
      const [low, high] = [one.low, one.high].map((value) => Model.evaluate(alone(DATA, state, one.name, value)));
      if (!low.faults.length && !high.faults.length) {
        const [nmb_low, nmb_high] = [inmb(low.totals), inmb(high.totals)];
        const label = state.values[one.name] === undefined ? one.label : `${one.label} (changed)`;
        rows.push({ name: one.name, label, unit: one.unit, low: one.low, high: one.high, nmb_low, nmb_high, outcomes: [nmb_low, nmb_high] });
      }
      if (performance.now() - since > 25) {
        await new Promise((resolve) => { setTimeout(resolve); });
        if (!wanted()) return null;
        since = performance.now();
      }
    }
    const ends = Object.fromEntries(rows.map(({ name, low, high }) => [name, { low, high }]));
    return Decide.one_way(rows, inmb(result.totals)).map((row) => ({ ...row, ...ends[row.name] }));
  }

  /** A state with one input at another value; of shares of one whole, the others keep their proportions. */
  function alone(DATA, state, name, value) {
    const values = { ...state.values, [name]: value };
    const group = DATA.shares.find((members) => members.includes(name)) || [];
    const before = State.value_of(name, state);
    for (const other of group) {
      if (other !== name && State.input(other) && before !== 1) values[other] = State.value_of(other, state) * ((1 - value) / (1 - before));
    }
    return { ...state, values };
  }

  return { make, tornado };
})();
