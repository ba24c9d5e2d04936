/** Paying: the budget of the population and the cash of the agreement in force, with the fields of both. */
const Paying = (() => {
  "use strict";

  const { make } = Elements;
  const TERMS = "Agreements at the prices that they name, or all at prices at which the same is expected to be paid.";
  let DATA = null;
  let fields = [];

  /** Build the section, where the page holds a population or agreements. */
  function start(data) {
    DATA = data;
    if (!DATA.budget && !DATA.agreements) {
      Elements.fill(Elements.at("budget-body"), make("p", { class: "soft" }, missing()));
      return;
    }
    const people = DATA.budget ? DATA.budget.population.map(of_population) : [];
    const uptake = DATA.budget ? [years_field(), ...gaining().flatMap((name) => Array.from({ length: DATA.budget.years }, (_, y) => of_uptake(name, y)))] : [];
    const paying = DATA.agreements ? [prices_field(), enrolment_field()] : [];
    fields = [...people, ...uptake, ...paying];
    const folded = (title, some) => (some.length ? make("details", {}, make("summary", {}, title), make("div", { class: "inputs" }, some.map((one) => one.element))) : null);
    Elements.fill(Elements.at("budget-body"),
      make("div", { id: "budget-told" }), folded("Patients", people), folded("Uptake of the new treatment", uptake), make("div", { id: "budget-tables" }),
      make("div", { id: "agreements-told" }), folded("How agreements are compared", paying), make("div", { id: "agreements-tables" }),
      make("div", { class: "figures", id: "budget-figures" }), missing() ? make("p", { class: "soft" }, missing()) : null, make("div", { id: "paying-refused" }));
    refresh();
  }

  /** What the case does not declare, in a sentence; "" where it has all. */
  function missing() {
    const budget = DATA.budget ? "" : "the budget needs the patients of each year (population.csv) and which treatment they get (uptake.csv)";
    const cash = DATA.agreements ? "" : "the cash flow needs agreements between payer and manufacturer (schemes.csv)";
    const lacking = [budget, cash].filter(Boolean).join("; ");
    return lacking && `This case does not declare all of it: ${lacking}.`;
  }

  function refresh() {
    fields.forEach((one) => one.refresh());
  }

  /** What the reader has set of the budget, and a change of it. */
  function settings(state = State.get()) {
    return state.budget || {};
  }

  function change(more) {
    const given = { ...settings(), ...more };
    for (const name of Object.keys(given)) if (given[name] === null) delete given[name];
    State.choose("budget", given);
  }

  /** Why a value of the budget cannot be taken: the first fault of the settings with it. */
  function refusal(more) {
    const found = Budget.faults(DATA, { ...settings(), ...more });
    return found.length ? found[0] : "";
  }

  function of_population(one) {
    const given = (value) => ({ population: { ...settings().population, [one.name]: value } });
    const now = () => (settings().population || {})[one.name] ?? one.value;
    return Fields.number({
      id: `population-${one.name}`, name: one.name, label: one.label, unit: one.unit, low: one.low, high: one.high, value: now,
      refusal: (value) => refusal(given(value)), set: (value) => change(given(value)), changed: () => now() !== one.value,
      reset: () => change(given(one.value)), told: () => [`submitted: ${Elements.amount(one.value, one.unit)} (${one.provenance})`],
    });
  }

  function years_field() {
    const last = DATA.budget.years;
    return Fields.number({
      id: "budget-years", name: "budget years", label: "Years of the budget", unit: "years", low: null, high: null, value: () => settings().years ?? last,
      refusal: (years) => refusal({ years }), set: (years) => change({ years: years === last ? null : years }),
      changed: () => settings().years !== undefined, reset: () => change({ years: null }), told: () => [`submitted: ${last}`],
    });
  }

  /** Strategies that more patients get with the new treatment than without. */
  function gaining() {
    const { uptake } = DATA.budget;
    return Object.keys(uptake.with).filter((name) => uptake.with[name].some((share, y) => share > ((uptake.without[name] || [])[y] ?? 0)));
  }

  function of_uptake(name, year) {
    const own = DATA.budget.uptake.with[name][year];
    const shares = () => ({ ...DATA.budget.uptake.with, ...((settings().uptake || {}).with || {}) });
    const given = (value) => ({ uptake: { with: Budget.with_share(shares(), name, year, value) } });
    const label = DATA.strategies.find((one) => one.name === name).label;
    return Fields.number({
      id: `uptake-${name}-${year + 1}`, name: `uptake ${name} ${year + 1}`, label: `${label}, year ${year + 1}`, unit: "share", low: 0, high: 1,
      value: () => shares()[name][year], refusal: (value) => (value >= 0 && value <= 1 ? "" : "a share lies between 0 and 1"),
      set: (value) => change(given(value)), changed: () => shares()[name][year] !== own, reset: () => change(given(own)),
      told: () => [`submitted: ${own}; the others keep their proportions`],
    });
  }

  function prices_field() {
    return Fields.choice({
      id: "agreement-prices", name: "agreement prices", label: "Prices of agreements",
      options: [{ value: "own", label: "the prices that they name" }, { value: "equal", label: "equal expected payment" }],
      value: () => settings().at || "own", set: (at) => change({ at: at === "own" ? null : at }), changed: () => settings().at !== undefined,
      reset: () => change({ at: null }), told: () => [TERMS],
    });
  }

  function enrolment_field() {
    return Fields.number({
      id: "enrolment", name: "enrolment", label: "Cash flow for so many patients a year", unit: "patients a year", low: null, high: null,
      value: () => settings().enrolment ?? 0, refusal: (value) => (value >= 0 ? "" : "patients a year are 0 or more"),
      set: (value) => change({ enrolment: value || null }), changed: () => settings().enrolment !== undefined,
      reset: () => change({ enrolment: null }), told: () => ["0: per patient intended"],
    });
  }

  /**
   * Compute and show: sets `budget` and `cash` of a result, for the figures.
   * @param {object} result of app_result.js
   */
  function show(result) {
    result.budget = result.cash = null;
    if (!DATA.budget && !DATA.agreements) return;
    refresh();
    const refused = [];
    if (DATA.budget) told_budget(result, refused);
    if (DATA.agreements) told_agreements(result, refused);
    Elements.refill(Elements.at("paying-refused"), refused.length
      ? make("details", {}, make("summary", {}, "What this page does not say of budget and agreements"), make("ul", { class: "soft" }, refused.map(remark))) : null);
  }

  /** A remark in words: what stands in backticks is code, CASE this case. */
  function remark(words) {
    const parts = words.replace(/^not on the page: /, "").replace(/\bCASE\b/g, DATA.case).split("`");
    return make("li", {}, parts.map((one, k) => (k % 2 ? make("code", {}, one) : k ? one : Elements.capital(one))));
  }

  function told_budget(result, refused) {
    const given = { ...settings(result.state), perspective: result.perspective };
    const wrong = result.faults.length ? ["No budget is shown while the model refuses these inputs."] : Budget.faults(DATA, given);
    if (!wrong.length) result.budget = Budget.of(DATA, Model.ledger(result.state, Budget.MONTHS, given.years ?? DATA.budget.years), given);
    Elements.fill(Elements.at("budget-told"), wrong.length ? wrong.map((one) => make("p", { class: "refusal" }, one)) : make("p", {}, result.budget.words));
    Elements.refill(Elements.at("budget-tables"), result.budget ? PayingTables.budget(DATA, result.budget) : null);
    refused.push(...DATA.budget.not_on_page);
  }

  function told_agreements(result, refused) {
    const { at = "own", enrolment = null } = settings(result.state);
    refused.push(...DATA.agreements.not_on_page, ...DATA.agreements.left_out.map(([name, why]) => `${name}: ${why}`));
    const tables = Elements.at("agreements-tables"), told = Elements.at("agreements-told");
    if (result.faults.length || DATA.agreements.strategy === DATA.reference) {
      Elements.fill(told, make("p", {}, result.faults.length ? "No agreement is shown while the model refuses these inputs." : `The agreements pay for ${DATA.agreements.strategy}, which is the reference.`));
      Elements.fill(tables);
      return;
    }
    const under = (value) => ({ ...result.state, agreement: value });
    const evaluated = DATA.agreements.choices.map(({ value }) => ({ value, totals: Model.evaluate(under(value)).totals }));
    const value = State.value_of(DATA.agreements.input, result.state);
    const reading = { perspective: result.perspective, threshold: result.threshold, effect: DATA.effect, reference: DATA.reference, at };
    let table = null;
    try {
      table = Budget.agreements(DATA, evaluated, reading);
    } catch (error) {
      Elements.fill(told, make("p", {}, error.message));
      Elements.fill(tables);
      return;
    }
    const row = table.rows.find((one) => one.value === value);
    const totals = evaluated.find((one) => one.value === value).totals;
    result.cash = Budget.cash(DATA, Model.ledger(under(value), Budget.MONTHS), totals, { value, enrolment, scale: row.scale });
    Elements.fill(told, table.sentences.filter((one) => one.startsWith(row.label)).map((one) => make("p", {}, one)));
    Elements.refill(tables, PayingTables.agreements(DATA, table, value), PayingTables.cash(DATA, result.cash));
  }

  return { start, show };
})();
