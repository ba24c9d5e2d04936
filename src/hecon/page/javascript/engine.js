"use strict";
// The engine of the page: one model for the base case, workers for the draws, and prices changed afterwards without a run.

const Engine = (() => {
  const CHUNK = 200; // draws in one message to a worker

  /** The text of a worker: the model, and chunks of draws on demand. */
  function worker_text(model_text) {
    return `${model_text}
const M = make_model(); let held = null;
onmessage = ({ data }) => {
  if (data.begin) {
    held = data.begin;
    M.set_horizon(held.horizon);
    M.prepare(held.x);
    return;
  }
  const { from, to, columns } = data, size = M.totals.length, more = M.quantities.length;
  const totals = new Float64Array((to - from) * size), quantities = new Float64Array((to - from) * more);
  const x = held.x.slice(), faults = [];
  for (let d = 0; d < to - from; d++) {
    for (let c = 0; c < columns.length; c++) x[held.places[c]] = columns[c][d];
    totals.set(M.evaluate(x), d * size);
    quantities.set(M.quantities, d * more);
    const found = M.faults();
    if (found.length) { faults.push("draw " + (from + d) + ": " + found[0]); break; }
  }
  postMessage({ from, to, totals, quantities, faults }, [totals.buffer, quantities.buffer]);
};`;
  }

  /** Where the drawn inputs that are not fixed stand among the model's inputs: {places, columns}. */
  function followed(M, draws, fixed) {
    const places = [], columns = [];
    draws.names.forEach((name, c) => {
      const place = M.inputs.indexOf(name);
      if (place >= 0 && !fixed.has(name)) { places.push(place); columns.push(draws.columns[c]); }
    });
    return { places, columns };
  }

  /**
   * Run all draws. `draws` is {n, names, columns: Float32Array[]}; `x` the inputs, of which those in `fixed` (a Set) hold in
   * every draw. Resolves to {n, totals: Float64Array (strategy, item, draw), quantities: (price, strategy, draw), x, fixed,
   * faults}; to null when stopped. `progress` is told the share that is done.
   */
  function psa(model_text, M, draws, x, fixed, horizon, { workers = 2, progress = () => {}, signal = null } = {}) {
    const n = draws.n, size = M.totals.length, more = M.quantities.length;
    const { places, columns } = followed(M, draws, fixed);
    const found = { n, totals: new Float64Array(size * n), quantities: new Float64Array(more * n), x: x.slice(), fixed: new Set(fixed), horizon, faults: [] };
    let next = 0, done = 0;
    const take = (part) => {
      const count = part.to - part.from;
      for (let d = 0; d < count; d++) {
        for (let k = 0; k < size; k++) found.totals[k * n + part.from + d] = part.totals[d * size + k];
        for (let k = 0; k < more; k++) found.quantities[k * n + part.from + d] = part.quantities[d * more + k];
      }
      found.faults.push(...part.faults);
      done += count;
      progress(done / n);
    };
    const url = URL.createObjectURL(new Blob([worker_text(model_text)], { type: "text/javascript" }));
    return new Promise((resolve, reject) => {
      const crew = [];
      const finish = (result) => {
        crew.forEach((one) => one.terminate());
        URL.revokeObjectURL(url);
        resolve(result);
      };
      if (signal) signal.addEventListener("abort", () => finish(null), { once: true });
      const feed = (one) => {
        if (next >= n) return;
        const from = next, to = Math.min(n, from + CHUNK);
        next = to;
        one.postMessage({ from, to, columns: columns.map((column) => column.slice(from, to)) });
      };
      for (let w = 0; w < Math.max(1, Math.min(workers, Math.ceil(n / CHUNK))); w++) {
        const one = new Worker(url);
        crew.push(one);
        one.onerror = (event) => { crew.forEach((other) => other.terminate()); reject(new Error(event.message || "no worker starts here")); };
        one.onmessage = ({ data }) => {
          take(data);
          if (found.faults.length) finish(found);
          else if (done >= n) finish(found);
          else feed(one);
        };
        one.postMessage({ begin: { x, horizon, places } });
        feed(one);
        feed(one);
      }
    });
  }

  /** Whether other values of these inputs only reprice a stored run: all are linear prices, and no two act with each other. */
  function only_reprices(M, names) {
    const linear = new Set(M.prices.map(([name]) => name));
    return names.every((name) => linear.has(name) && !(M.acts_with[name] || []).some((other) => other !== name && names.includes(other)));
  }

  /** The totals of a stored run at other prices: {name: value}, as a run with them fixed would give. */
  function repriced(M, draws, stored, prices) {
    const n = stored.n, strategies = M.strategies.length, items = M.items.length;
    const totals = stored.totals.slice();
    M.prices.forEach(([name, item], p) => {
      if (!(name in prices)) return;
      const column = stored.fixed.has(name) ? -1 : draws.names.indexOf(name);
      const before = stored.x[M.inputs.indexOf(name)], now = prices[name];
      for (let s = 0; s < strategies; s++) {
        const from = (p * strategies + s) * n, to = (s * items + item) * n;
        for (let d = 0; d < n; d++) {
          const old = column < 0 ? before : draws.columns[column][d];
          const quantity = stored.quantities[from + d];
          if (quantity !== 0) totals[to + d] += (now - old) * quantity; // who pays none of it does not wait for a withheld price
        }
      }
    });
    return totals;
  }

  return { psa, only_reprices, repriced };
})();
