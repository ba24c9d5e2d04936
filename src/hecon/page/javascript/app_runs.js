/**
 * Runs: the probabilistic analysis of a state. Where only prices differ from a run that is at hand it is repriced; otherwise
 * the draws run again in workers, with every changed input fixed at its value in all draws.
 */
const Runs = (() => {
  "use strict";

  const KEPT = 3;
  const WAIT = 350; // ms after the last change
  const runs = new Map();
  let draws = null;
  let stop = null;
  let wanted = "";
  let show = { progress: () => {}, done: () => {}, failed: () => {} };

  /** Begin: read the draws. `shown` has progress(share), done() and failed(words). */
  async function start(shown) {
    show = shown;
    draws = await Model.read_draws();
    return draws !== null;
  }

  /** How a state is run: the prices that can be changed afterwards, the inputs fixed, and the key of the run. */
  function plan(state) {
    const withheld = Model.M.inputs.filter((name) => State.input(name).value === null && state.values[name] === undefined);
    const changed = [...State.changed_inputs(state), ...withheld];
    const linear = new Set(Model.M.prices.map(([name]) => name));
    const prices = changed.filter((name) => linear.has(name));
    const repriced = Engine.only_reprices(Model.M, prices) ? prices : [];
    const fixed = changed.filter((name) => !repriced.includes(name)).sort();
    const key = JSON.stringify([fixed.map((name) => [name, State.value_of(name, state)]), state.horizon]);
    return { repriced, fixed, key };
  }

  /**
   * The totals of all draws under a state, if a run of it is at hand.
   * @returns {?{n: number, totals: Float64Array, faults: string[]}} totals [(s * I + i) * n + d]
   */
  function of(state) {
    if (!draws) return null;
    const { repriced, key } = plan(state);
    const run = runs.get(key);
    if (!run) return null;
    const prices = Object.fromEntries(repriced.map((name) => [name, State.value_of(name, state)]));
    return { n: run.n, faults: run.faults, totals: repriced.length ? Engine.repriced(Model.M, draws, run, prices) : run.totals };
  }

  /** Run the draws of a state, unless that run is at hand or on its way. */
  function ask(state) {
    if (!draws) return;
    const { key } = plan(state);
    if (runs.has(key)) {
      halt();
      return;
    }
    if (wanted === key) return;
    halt();
    wanted = key;
    begin.state = JSON.parse(JSON.stringify(state));
    begin();
  }

  const begin = Elements.later(() => run_now(begin.state), WAIT);

  /** Start without waiting, as when the page opens. */
  function at_once(state) {
    wanted = plan(state).key;
    return run_now(JSON.parse(JSON.stringify(state)));
  }

  async function run_now(state) {
    const { repriced, fixed, key } = plan(state);
    const base = JSON.parse(JSON.stringify(state));
    for (const name of repriced) delete base.values[name];
    const controller = new AbortController();
    stop = controller;
    show.progress(0);
    try {
      const workers = Math.max(1, Math.min(4, (navigator.hardwareConcurrency || 2)));
      const options = { workers, signal: controller.signal, progress: (share) => stop === controller && show.progress(share) };
      const x = State.vector(Model.M.inputs, base);
      Model.M.inputs.forEach((name, k) => { if (Number.isNaN(x[k]) && repriced.includes(name)) x[k] = 0; }); // a withheld price: repriced from 0
      const run = await Engine.psa(Model.text, Model.M, draws, x, new Set(fixed), Model.horizon_of(state), options);
      if (!run || stop !== controller) return;
      keep(key, run);
      stop = null;
      wanted = "";
      show.done();
    } catch (error) {
      if (stop !== controller) return;
      stop = null;
      wanted = "";
      show.failed(error.message);
    }
  }

  /** Keep a run; of many, the first (as submitted) and the latest. */
  function keep(key, run) {
    runs.set(key, run);
    const others = [...runs.keys()].slice(1);
    if (others.length > KEPT) runs.delete(others[0]);
  }

  /** Stop what is running. */
  function halt() {
    begin.cancel();
    if (stop) stop.abort();
    stop = null;
    wanted = "";
  }

  /** Names of the drawn inputs that a state fixes in all draws. */
  function held(state) {
    return draws ? State.changed_inputs(state).filter((name) => draws.names.includes(name)) : [];
  }

  return { start, of, ask, at_once, halt, held, get running() { return stop !== null || wanted !== ""; }, get n() { return draws ? draws.n : 0; } };
})();
