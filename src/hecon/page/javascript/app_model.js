/** Model: the printed model and the draws that the page carries. */
const Model = (() => {
  "use strict";

  let M = null;
  let text = "";
  let horizon = null;
  let DATA = null;

  /** Begin: make the model of the page. */
  function start(data) {
    DATA = data;
    text = Elements.at("engine").textContent;
    M = make_model();
    horizon = DATA.own_horizon;
    M.set_horizon(horizon);
  }

  /** The horizon in years that the model is given: null for each structure's own. */
  function horizon_of(state) {
    return state.horizon === null ? DATA.own_horizon : state.horizon;
  }

  /** Set a model's horizon and inputs, so that it can be asked. */
  function ready(state) {
    const years = horizon_of(state);
    if (years !== horizon) {
      M.set_horizon(years);
      horizon = years;
    }
    const x = State.vector(M.inputs, state);
    M.prepare(x);
    return x;
  }

  /**
   * One evaluation.
   * @returns {{totals: Float64Array, faults: string[]}} totals (S*I), [s * I + i]
   */
  function evaluate(state) {
    try {
      const x = ready(state);
      const totals = M.evaluate(x).slice();
      return { totals, faults: M.faults() };
    } catch (error) {
      return { totals: new Float64Array(DATA.strategies.length * DATA.items.length).fill(NaN), faults: [error.message] };
    }
  }

  /** The occupancy of states by cycle in a state of the page. */
  function trace(state) {
    return M.trace(ready(state));
  }

  /** What every item comes to in each period, of which there are `a_year` a year, up to `until` years. */
  function ledger(state, a_year = 1, until = Infinity) {
    return M.ledger(ready(state), a_year, until);
  }

  /** The model's own checks that fail, as sentences. */
  function failed_checks(state) {
    return M.checks(ready(state)).filter((one) => !one.passed).map((one) => `${one.name} (${one.place || one.strategy})`);
  }

  /**
   * The draws that the page carries: {n, names, columns: Float32Array[]}; null where it carries none.
   * @returns {Promise<?{n: number, names: string[], columns: Float32Array[]}>}
   */
  async function read_draws() {
    if (!DATA.draws) return null;
    const { n, names } = DATA.draws;
    return { n, names, columns: await Packing.draws(Elements.at("draws").textContent, n, names.length) };
  }

  return { start, horizon_of, evaluate, trace, ledger, failed_checks, read_draws, get M() { return M; }, get text() { return text; } };
})();
