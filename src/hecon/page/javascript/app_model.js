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
    M.set_horizon(null);
  }

  /** Set a model's horizon and inputs, so that it can be asked. */
  function ready(state) {
    if (state.horizon !== horizon) {
      M.set_horizon(state.horizon);
      horizon = state.horizon;
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

  /** What every item comes to in each year. */
  function ledger(state) {
    return M.ledger(ready(state));
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

  return { start, evaluate, trace, ledger, failed_checks, read_draws, get M() { return M; }, get text() { return text; } };
})();
