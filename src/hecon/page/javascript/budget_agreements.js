/**
 * Budget: the agreements of a case side by side in the base case; mirrors hecon/analysis/paying/comparison.py on one draw.
 *
 * Payments are the model's own items: one evaluation for each number of the switch gives all.
 */
(() => {
  "use strict";

  const VISIBLE = 0.0005; // a rebate below this share of the list price is told as none
  const MANUFACTURER = "manufacturer";

  /** Position of an item among those of the page. */
  function place(DATA, kind, name) {
    const found = DATA.items.findIndex((item) => item.kind === kind && item.name === name);
    if (found < 0) throw new Error(`the page has no ${kind} '${name}'`);
    return found;
  }

  /** The payments of an agreement (its number on the switch), those to one receiver where `to` is given. */
  function flows_of(DATA, value, to = null) {
    const own = DATA.agreements.flows.filter((one) => one.agreement === value);
    return to === null ? own : own.filter((one) => (to === MANUFACTURER) === (one.to === MANUFACTURER));
  }

  /**
   * What an agreement comes to per patient intended, discounted: {payer, patient, administration}.
   * @param {Float64Array} totals [s * items + i] evaluated with the switch at `value`
   */
  function paid_under(DATA, value, totals) {
    const s = DATA.strategies.findIndex((one) => one.name === DATA.agreements.strategy);
    const cost = (names) => names.filter(Boolean).reduce((sum, name) => sum + totals[s * DATA.items.length + place(DATA, "cost", name)], 0);
    const product = flows_of(DATA, value, MANUFACTURER), other = flows_of(DATA, value, "administration");
    return { payer: cost(product.map((one) => one.item)), patient: cost(product.map((one) => one.patient)), administration: cost(other.map((one) => one.item)) };
  }

  /**
   * The table of `hecon scheme CASE --draws 0`: a row for paying as the model stands and one for each agreement.
   *
   * @param {object} DATA with agreements
   * @param {{value: number, totals: Float64Array}[]} evaluated M.totals with the switch at each number, 0 among them
   * @param {object} settings {perspective, threshold, effect: kind or kinds joined by " + ", reference: name, at: "own"|"equal",
   *   payment: expected payment of all at "equal"; the first agreement's if left out}
   * @returns {object} {rows, at, target, list_price, strategy, sentences, refused}; each row {agreement, value, label, price, paid,
   *   patient, equivalent, vbp, own, hidden, neutral, plain, inmb, best, administration, scale}
   */
  function agreements(DATA, evaluated, settings) {
    const at = settings.at || "own", items = DATA.items.length;
    if (at !== "own" && at !== "equal") throw new Error(`agreements are compared at equal or own prices; got '${at}'`);
    const strategy = DATA.strategies.findIndex((one) => one.name === DATA.agreements.strategy);
    const reference = DATA.strategies.findIndex((one) => one.name === settings.reference);
    if (reference === strategy) throw new Error(`the agreements pay for ${DATA.agreements.strategy}, which is the reference; choose another one`);
    const perspective = DATA.perspectives.find((one) => one.name === settings.perspective);
    const kinds = settings.effect === "none" ? [] : settings.effect.split("+").map((kind) => kind.trim());
    const pocket = flows_of_all(DATA).some((one) => one.patient && perspective.counts[place(DATA, "cost", one.patient)]);
    const totals_at = (value) => evaluated.find((one) => one.value === value).totals;
    const before = totals_at(0);
    const benefit = DATA.strategies.map((_, s) => DATA.items.reduce((sum, item, i) => {
      const amount = before[s * items + i];
      if (kinds.includes(item.kind)) return sum + settings.threshold * amount;
      return item.kind === "cost" && perspective.counts[i] ? sum - amount : sum;
    }, 0));
    const listed = paid_under(DATA, 0, before).payer;
    const streams = DATA.agreements.choices.map((one) => ({ ...one, ...paid_under(DATA, one.value, totals_at(one.value)) }));
    if (!streams.every((one) => Number.isFinite(one.payer))) throw new Error("What agreements pay rests on inputs that are withheld.");
    const target = settings.payment ?? (streams[1] || streams[0]).payer;
    if (!(target > 0)) throw new Error(`the expected payment to compare at must be above 0; got ${Decide.money(target)}`);
    const rows = streams.map((one) => row_of(one));
    function row_of(one) {
      if (at === "equal" && one.payer <= 0) throw new Error(`agreement ${one.name} is expected to pay ${Decide.money(one.payer)}; no price makes it pay ${Decide.money(target)}`);
      const scale = at === "equal" ? target / one.payer : 1;
      const paid = one.payer * scale, patient = one.patient * scale, counted = pocket ? paid + patient : paid;
      const mine = benefit[strategy] + listed - counted - one.administration;
      const means = benefit.map((value, s) => (s === strategy ? mine : value));
      const inmb = mine - benefit[reference], product = flows_of(DATA, one.value, MANUFACTURER);
      return {
        agreement: one.value ? one.name : at === "equal" ? "plain rebate" : "as the model stands", value: one.value,
        label: one.value ? one.label : `Everything at treatment, ${at === "equal" ? "less a plain rebate" : "at the list price"}`,
        price: one.price * scale, scale, paid, patient, equivalent: 1 - paid / listed,
        vbp: counted > 0 ? ((inmb + counted) * scale / counted) * one.price : null, own: one.payer, hidden: 1 - one.payer / listed,
        neutral: one.payer > 0 ? (one.price * listed) / one.payer : null, plain: product.length === 1 && !product[0].condition,
        inmb, best: DATA.strategies[means.indexOf(Math.max(...means))].name, administration: one.administration,
      };
    }
    const table = { rows, at, target, list_price: listed, strategy: DATA.agreements.strategy, refused: DATA.agreements.not_on_page };
    return { ...table, sentences: rows.slice(1).flatMap((row) => [decision(table, row), disguise(table, row)].filter(Boolean)) };
  }

  function flows_of_all(DATA) {
    return DATA.agreements.flows;
  }

  /** Whether an agreement changes the decision or only the cash, in the base case. */
  function decision(table, row) {
    const before = table.rows[0];
    if (before.best === row.best) return `${row.label} changes only the cash, not the decision: ${row.best} stays best in the base case.`;
    return `${row.label} changes the decision: ${row.best} is best in the base case, in place of ${before.best}.`;
  }

  /** The rebate that hides in an agreement at its own price, and the price that makes it revenue-neutral; "" for none. */
  function disguise(table, row) {
    if (row.plain || row.hidden < VISIBLE || row.neutral === null) return "";
    const own = row.price / row.scale;
    const where = Math.abs(own - 1) < VISIBLE ? "the list price" : `${Decide.fixed(own, 3)} times the list price`;
    return `${row.label}, at ${where}, is a rebate of ${Decide.percent(row.hidden, 1)} in disguise: it is expected to pay` +
      ` ${Decide.money(row.own)} of ${Decide.money(table.list_price)} per patient. Made revenue-neutral, it is at` +
      ` ${Decide.fixed(row.neutral, 3)} times the list price.`;
  }

  Object.assign(Budget, { agreements, flows_of, place, MANUFACTURER });
})();
