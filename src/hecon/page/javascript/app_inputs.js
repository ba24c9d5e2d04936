/** Inputs: the ten that move the result most, the others by a search; each with unit, range, source, provenance and reset. */
const Inputs = (() => {
  "use strict";

  const { make } = Elements;
  const FIRST = 10;
  const MOST = 60; // shown of a search
  const PROVENANCE = { read: "read from its source", derived: "derived", expert: "expert opinion", assumption: "assumed", unverified: "unverified" };
  const DOUBTED = ["assumption", "unverified"];
  let DATA = null;
  let shown = [];
  let order = [];

  /** Build the section. */
  function start(data) {
    DATA = data;
    const hidden = data.agreements ? [data.agreements.input] : [];
    order = data.inputs.map((one, k) => [one, k]).filter(([one]) => !hidden.includes(one.name))
      .sort(([a, i], [b, j]) => (b.value === null) - (a.value === null) || b.influence - a.influence || i - j).map(([one]) => one);
    const search = make("input", {
      type: "search", id: "search", "aria-describedby": "search-told", placeholder: "such as utility, p_relapse, assumed", on_input: () => list(search.value),
    });
    Elements.fill(Elements.at("inputs-body"),
      make("div", { class: "search" },
        make("div", {}, make("label", { for: "search" }, "Find an input by name, group, unit, source or provenance"), search),
        make("button", { type: "button", id: "show-changed", class: "quiet", on_click: () => { search.value = "changed"; list("changed"); } }, "Show changed")),
      make("p", { id: "search-told", class: "soft", role: "status" }),
      make("ul", { class: "inputs", id: "input-list" }));
    list("");
  }

  /** Show those that a search finds; without one, the most influential. */
  function list(text) {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    const changed = State.changed_inputs();
    const fits = (one) => words.every((word) => searched(one, changed).includes(word));
    const found = words.length ? order.filter(fits) : order.slice(0, FIRST);
    const told = words.length
      ? `${Elements.count(found.length, "input")} of ${order.length} found${found.length > MOST ? `; the first ${MOST} are shown` : ""}.`
      : !order.some((one) => one.influence > 0)
      ? `The first ${found.length} of ${Elements.count(order.length, "input")} are shown.`
      : `The ${found.length} inputs that move the net benefit most over their range are shown, the widest first; the model has ${order.length} inputs.`;
    Elements.at("search-told").textContent = told;
    shown = found.slice(0, MOST).map(entry);
    Elements.fill(Elements.at("input-list"), shown.map((one) => one.element));
    refresh();
  }

  function searched(one, changed) {
    const kept = [one.name, one.label, one.group, one.unit, one.source, one.citation, one.provenance, PROVENANCE[one.provenance] || ""];
    return `${kept.join(" ")} ${changed.includes(one.name) ? "changed" : ""}`.toLowerCase();
  }

  /** Show the state. */
  function refresh() {
    shown.forEach((one) => one.refresh());
    Elements.at("show-changed").disabled = State.changed_inputs().length === 0;
  }

  function entry(one) {
    const common = {
      name: one.name, label: one.label, value: () => State.value_of(one.name), set: (value) => State.set(one.name, value),
      changed: () => State.changed_inputs().includes(one.name), reset: () => State.set(one.name, one.value), told: () => told(one),
    };
    const field = one.codes
      ? Fields.choice({ ...common, options: one.codes.map((value, k) => ({ value, label: one.choices[k] })) })
      : Fields.number({ ...common, unit: one.unit, low: one.low, high: one.high, refusal: (value) => State.refusal(one.name, value) });
    const doubted = DOUBTED.includes(one.provenance);
    const badge = make("span", { class: doubted ? "badge doubted" : "badge" }, PROVENANCE[one.provenance] || "provenance not stated");
    const element = make("li", { "data-input": one.name }, field.element, make("details", { class: "source" },
      make("summary", {}, badge, ` Source of ${one.name}`), make("p", {}, one.citation || one.source || "No source is stated."),
      one.note ? make("p", {}, one.note) : null));
    return { element, refresh: field.refresh };
  }

  /** What stands below a field: the submitted value, the range, and what a change does to the draws. */
  function told(one) {
    const parts = [`submitted: ${State.words_of(one, one.value)}`];
    if (one.low !== null && one.low < one.high && !one.codes) parts.push(`range ${Elements.number(one.low)} to ${Elements.number(one.high)}`);
    const value = State.value_of(one.name);
    if (one.low !== null && !one.codes && (value < one.low || value > one.high)) parts.push("outside its range");
    if (one.drawn) parts.push(State.changed_inputs().includes(one.name) ? "fixed in all draws" : "drawn");
    return [parts.join(" · ")];
  }

  return { start, refresh, DOUBTED, get order() { return order; } };
})();
