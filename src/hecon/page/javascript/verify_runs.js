"use strict";
// Printed models run on many sets of inputs, for `hecon verify-page`; not a part of a page.

const VerifyRuns = (() => {
  /** Numbers as text: the bytes of 64-bit numbers in base64, so that not-a-number and minus zero come through. */
  function encoded(numbers) {
    const bytes = new Uint8Array(Float64Array.from(numbers).buffer);
    let text = "";
    for (let k = 0; k < bytes.length; k += 8192) text += String.fromCharCode(...bytes.subarray(k, k + 8192));
    return btoa(text);
  }

  /** The numbers of such a text. */
  function decoded(text) {
    return new Float64Array(Uint8Array.from(atob(text), (one) => one.charCodeAt(0)).buffer);
  }

  /**
   * One batch of sets under one horizon.
   * `sets` are the values (set, input) as text; of the first set alone is prepared what no drawn input touches, if `once`.
   * `look` says whether years, states, checks and reports are asked for.
   */
  function batch(M, { sets, horizon, once, look }) {
    const all = decoded(sets), width = M.inputs.length, count = width ? all.length / width : 1;
    const totals = [], quantities = [], faults = [], looks = [];
    try {
      M.set_horizon(horizon);
    } catch (error) {
      return { refused: error.message };
    }
    for (let k = 0; k < count; k++) {
      const x = all.slice(k * width, (k + 1) * width);
      if (!once || k === 0) M.prepare(x);
      totals.push(encoded(M.evaluate(x)));
      quantities.push(encoded(M.quantities));
      faults.push(M.faults()[0] || "");
      if (look) looks.push(seen(M, x));
    }
    return { totals, quantities, faults, looks };
  }

  /** What is looked at beside the totals. */
  function seen(M, x) {
    const { years, undiscounted, discounted } = M.ledger(x);
    const trace = M.trace(x).map(({ strategy, states, occupancy }) => ({ strategy, states, occupancy: occupancy.map(encoded) }));
    return { years, undiscounted: encoded(undiscounted), discounted: encoded(discounted), trace, checks: M.checks(x), reports: M.reports(x) };
  }

  /** A printed model, by its text, on its batches; an error it throws is told. */
  function model({ text, batches }) {
    try {
      const M = new Function(`${text}\nreturn make_model();`)();
      const { inputs, strategies, items, prices, acts_with } = M;
      return { inputs, strategies, items, prices, acts_with, batches: batches.map((one) => batch(M, one)) };
    } catch (error) {
      return { error: String((error && error.stack) || error) };
    }
  }

  return { model };
})();
