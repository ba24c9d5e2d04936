/** Settings: what a decision turns on: price and rebate, agreement, threshold, perspective, horizon, discount rates. */
const Settings = (() => {
  "use strict";

  const { make } = Elements;
  let fields = [];

  /** Build the form. */
  function start(DATA) {
    const form = Elements.at("settings");
    form.addEventListener("submit", (event) => event.preventDefault());
    const time = [...horizon(DATA), ...discounts(DATA)];
    const first = [...price(DATA), ...withheld(DATA), ...agreement(DATA), threshold(DATA), perspective(DATA)];
    fields = [...first, ...time];
    Elements.fill(form,
      make("h2", { id: "settings-title" }, "What if"),
      first.map((one) => one.element),
      time.length ? make("details", { id: "time" }, make("summary", {}, "Horizon and discounting"), time.map((one) => one.element)) : null,
      make("button", { type: "button", id: "reset-all", class: "quiet", on_click: () => State.reset() }, "Back to the submitted case"));
    refresh();
  }

  /** Show the state. */
  function refresh() {
    fields.forEach((one) => one.refresh());
    Elements.at("reset-all").disabled = !State.is_changed();
  }

  /** The field of an input, as it stands in the form. */
  function of_input(DATA, name, id, label = "") {
    const one = State.input(name);
    return Fields.number({
      id, name, label: label || one.label, unit: one.unit, low: one.low, high: one.high, value: () => State.value_of(name),
      refusal: (value) => State.refusal(name, value), set: (value) => State.set(name, value),
      changed: () => State.changed_inputs().includes(name), reset: () => State.set(name, one.value),
      told: () => [`submitted: ${State.words_of(one, one.value)}`],
    });
  }

  function price(DATA) {
    const name = DATA.product_price || DATA.prices[0];
    if (!name || !State.input(name)) return [];
    const one = State.input(name);
    const wide = { ...one, low: 0, high: one.value > 0 ? Math.max(1.5 * one.value, one.high || 0) : one.high };
    const label = /price/i.test(one.label) ? one.label : `Price: ${one.label}`;
    const field = Fields.number({
      id: "price", name, label, unit: one.unit, low: wide.low, high: wide.high, value: () => State.value_of(name),
      refusal: (value) => State.refusal(name, value), set: (value) => State.set(name, value),
      changed: () => State.changed_inputs().includes(name), reset: () => State.set(name, one.value),
      told: () => [`submitted: ${Elements.amount(one.value, one.unit)}`],
    });
    if (!(one.value > 0)) return [field];
    const tidy = (value) => Number(value.toFixed(6));
    const rebate = Fields.number({
      id: "rebate", name: `${name} rebate`, label: "Rebate on the submitted price", unit: "%",
      value: () => tidy(100 * (1 - State.value_of(name) / one.value)),
      refusal: (value) => (value > 100 ? "a rebate is at most 100%" : ""),
      set: (value) => State.set(name, Number((one.value * (1 - value / 100)).toPrecision(12))),
      changed: () => State.changed_inputs().includes(name),
    });
    return [field, rebate];
  }

  /** The other inputs that are withheld, which wait for a value. */
  function withheld(DATA) {
    const price = DATA.product_price || DATA.prices[0];
    return DATA.inputs.filter((one) => one.value === null && one.name !== price).map((one) => of_input(DATA, one.name, `withheld-${one.name}`));
  }

  function agreement(DATA) {
    if (!DATA.agreements) return [];
    const name = DATA.agreements.input;
    const chosen = () => DATA.agreements.choices.find((one) => one.value === State.value_of(name));
    return [Fields.choice({
      id: "agreement", name, label: "Agreement with the manufacturer", options: DATA.agreements.choices,
      value: () => State.value_of(name), set: (value) => State.choose("agreement", value),
      changed: () => State.get().agreement !== null, reset: () => State.choose("agreement", null),
      told: () => [chosen() ? chosen().words : ""],
    })];
  }

  function threshold(DATA) {
    return Fields.number({
      id: "threshold", name: "threshold", label: `Threshold per ${DATA.effect_word}`, unit: DATA.money,
      low: DATA.threshold ? 0.05 * DATA.threshold : null, high: DATA.threshold ? 2.5 * DATA.threshold : null,
      value: () => (State.get().threshold === null ? NaN : State.get().threshold),
      refusal: (value) => (value > 0 ? "" : "a threshold is above 0"), set: (value) => State.choose("threshold", value),
      changed: () => State.get().threshold !== DATA.threshold, reset: () => State.choose("threshold", DATA.threshold),
      told: () => [DATA.threshold === null ? "there is none in the submitted case" : `submitted: ${Decide.money(DATA.threshold)}`],
    });
  }

  function perspective(DATA) {
    const options = DATA.perspectives.map((one) => ({ value: one.name, label: one.name }));
    return Fields.choice({
      id: "perspective", name: "perspective", label: "Perspective", options, value: () => State.get().perspective,
      set: (value) => State.choose("perspective", value), changed: () => State.get().perspective !== DATA.perspective,
      reset: () => State.choose("perspective", DATA.perspective), told: () => [`submitted: ${DATA.perspective}`],
    });
  }

  function horizon(DATA) {
    if (DATA.horizon === null || DATA.horizons === null) return [];
    return [Fields.number({
      id: "horizon", name: "horizon", label: "Horizon", unit: "years", low: null, high: null,
      value: () => (State.get().horizon === null ? DATA.horizon : State.get().horizon), refusal: State.horizon_refusal,
      set: (value) => State.choose("horizon", value), changed: () => State.get().horizon !== null,
      reset: () => State.choose("horizon", null), told: () => [`submitted: ${DATA.horizon} years, the longest that can be shown`],
    })];
  }

  function discounts(DATA) {
    const names = { cost: "Discount rate of costs", effect: "Discount rate of effects" };
    const [cost, effect] = [DATA.discount.cost, DATA.discount.effect];
    const kinds = cost === effect ? { cost: "Discount rate" } : names;
    return Object.keys(kinds).filter((kind) => DATA.discount[kind] && State.input(DATA.discount[kind]))
      .map((kind) => of_input(DATA, DATA.discount[kind], `discount-${kind}`, kinds[kind]));
  }

  return { start, refresh };
})();
