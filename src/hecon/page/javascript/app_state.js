/**
 * State: what the reader has changed. `values` holds changed inputs only; everything else is as submitted.
 *
 * {values: {input: number}, horizon: years|null, perspective, threshold, agreement: number|null, budget: {}}
 */
const State = (() => {
  "use strict";

  let DATA = null;
  let inputs = new Map();
  let now = null;
  const listeners = [];

  /** Begin with a page's data, as submitted. */
  function start(data) {
    DATA = data;
    inputs = new Map(data.inputs.map((one) => [one.name, one]));
    now = submitted();
  }

  /** The state of the submitted base case. */
  function submitted() {
    return { values: {}, horizon: null, perspective: DATA.perspective, threshold: DATA.threshold, agreement: null, budget: {} };
  }

  /** The state now; a copy. */
  function get() {
    return JSON.parse(JSON.stringify(now));
  }

  /** Call a function after every change. */
  function on(listener) {
    listeners.push(listener);
  }

  function tell() {
    for (const listener of listeners) listener(now);
  }

  /** The value of an input in a state. */
  function value_of(name, state = now) {
    if (DATA.agreements && name === DATA.agreements.input && state.agreement !== null) return state.agreement;
    const given = state.values[name];
    if (given !== undefined) return given;
    const own = inputs.get(name).value;
    return own === null ? NaN : own;
  }

  /** All inputs in the order of a list of names. */
  function vector(names, state = now) {
    return Float64Array.from(names, (name) => value_of(name, state));
  }

  /** Names of the inputs whose value is not the submitted one. */
  function changed_inputs(state = now) {
    const own = Object.keys(state.values);
    return DATA.agreements && state.agreement !== null ? [...own, DATA.agreements.input] : own;
  }

  /**
   * Set an input; the submitted value is no change. Of shares of one whole the others keep their proportions and all are set, as
   * hecon fixes them in a scenario: all of them or none.
   */
  function set(name, value) {
    const others = ((DATA.shares || []).find((group) => group.includes(name)) || []).filter((one) => one !== name && inputs.has(one));
    const back = value === inputs.get(name).value, rest = 1 - value_of(name);
    for (const one of others) {
      if (back) delete now.values[one];
      else if (rest > 0) now.values[one] = value_of(one) * ((1 - value) / rest);
    }
    if (back) delete now.values[name];
    else now.values[name] = value;
    tell();
  }

  /** Set horizon, perspective, threshold, agreement or budget. */
  function choose(what, value) {
    if (what === "agreement" && DATA.agreements && value === inputs.get(DATA.agreements.input).value) now.agreement = null;
    else if (what === "horizon" && value === DATA.horizon) now.horizon = null;
    else now[what] = value;
    tell();
  }

  /** Put another state in the place of this one: a scenario, a link. Unknown inputs are left out and returned. */
  function replace(other) {
    const given = { ...submitted(), ...other, values: {} };
    const unknown = [];
    for (const [name, value] of Object.entries(other.values || {})) {
      if (inputs.has(name) && !refusal(name, value)) given.values[name] = value;
      else unknown.push(name);
    }
    if (!DATA.perspectives.some((one) => one.name === given.perspective)) given.perspective = DATA.perspective;
    if (given.horizon !== null && horizon_refusal(given.horizon)) given.horizon = null;
    if (given.threshold !== null && !(given.threshold > 0)) given.threshold = DATA.threshold;
    if (given.agreement !== null && !(DATA.agreements && DATA.agreements.choices.some((one) => one.value === given.agreement))) {
      unknown.push("agreement");
      given.agreement = null;
    }
    if (!budget_known(given.budget)) {
      unknown.push("budget");
      given.budget = {};
    }
    now = given;
    tell();
    return unknown;
  }

  /** Whether the settings of a budget, which a link may hold, are such that this page can take. */
  function budget_known(given) {
    try {
      return Object.keys(given).length === 0 || !DATA.budget || Budget.faults(DATA, given).length === 0;
    } catch {
      return false;
    }
  }

  /** Back to the submitted base case. */
  function reset() {
    now = submitted();
    tell();
  }

  /** Whether anything differs from the submitted base case. */
  function is_changed(state = now) {
    return changes(state).length > 0;
  }

  /** Why an input cannot take a value, as a sentence; "" where it can. */
  function refusal(name, value) {
    const one = inputs.get(name);
    if (!Number.isFinite(value)) return "this is not a number; write digits with a decimal point, such as 0.25";
    if (one.codes && !one.codes.includes(value)) return `choose one of ${one.codes.join(", ")}`;
    const [low, high] = one.support || [null, null];
    return (low !== null && value < low) || (high !== null && value > high) ? one.rule : "";
  }

  /** Why a horizon cannot be taken; "" where it can. */
  function horizon_refusal(years) {
    if (!Number.isFinite(years)) return "this is not a number of years";
    if (!(years > 0 && years <= DATA.horizon)) return `the horizon lies between ${DATA.horizons} and ${DATA.horizon} years`;
    if (years === DATA.horizon) return "";
    const steps = years / DATA.horizons;
    return Math.abs(steps - Math.round(steps)) > 1e-9 ? `the horizon is a multiple of ${Elements.count(DATA.horizons, "year")}` : "";
  }

  /** The agreement's name in words. */
  function agreement_words(value) {
    const found = DATA.agreements.choices.find((one) => one.value === value);
    return found ? found.label : String(value);
  }

  /** What differs from the submitted base case: [{what, before, after, provenance}]. */
  function changes(state = now) {
    const found = [];
    const add = (what, before, after, provenance = "") => found.push({ what, before, after, provenance });
    const years = (value) => `${Elements.number(value)} years`;
    if (state.perspective !== DATA.perspective) add("Perspective", DATA.perspective, state.perspective);
    if (state.threshold !== DATA.threshold) {
      const told = (value) => (value === null ? "none" : `${Decide.money(value)} ${DATA.money} per ${DATA.effect_word}`);
      add("Threshold", told(DATA.threshold), told(state.threshold));
    }
    if (state.horizon !== null) add("Horizon", years(DATA.horizon), years(state.horizon));
    if (state.agreement !== null && DATA.agreements) {
      add("Agreement", agreement_words(inputs.get(DATA.agreements.input).value), agreement_words(state.agreement));
    }
    for (const [name, value] of Object.entries(state.values)) {
      const one = inputs.get(name);
      add(one.label, words_of(one, one.value), words_of(one, value), one.provenance);
    }
    if (DATA.budget) {
      for (const one of Budget.changes(DATA, state.budget)) add(one.what, Elements.number(one.before), Elements.number(one.after), one.provenance);
    }
    return found;
  }

  /** A value of an input in words: a choice by its name, a number with its unit. */
  function words_of(one, value) {
    const place = one.codes ? one.codes.indexOf(value) : -1;
    return place < 0 ? Elements.amount(value, one.unit) : one.choices[place];
  }

  return {
    start, get, on, submitted, value_of, vector, changed_inputs, set, choose, replace, reset, is_changed, refusal, horizon_refusal,
    changes, words_of, agreement_words, input: (name) => inputs.get(name),
  };
})();
