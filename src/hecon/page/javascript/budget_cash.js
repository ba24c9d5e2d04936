/** Budget: when money goes and comes back under an agreement, and what is still owed (hecon/analysis/paying/cash_flow.py). */
(() => {
  "use strict";

  const PERIODS = { year: 1, quarter: 4, month: 12 };
  const SHOWN = 5; // years that cash reaches at least

  /**
   * Each party's cash by period under one agreement, per patient intended or for an enrolment of so many patients a year who
   * enter in equal parts at the start of each month. Undiscounted; what a party pays is below 0; all parties sum to 0.
   *
   * @param {object} DATA with agreements
   * @param {object} ledger by month to the last payment, with the switch at `value`: M.ledger(x, 12)
   * @param {Float64Array} totals of the same inputs: M.evaluate(x)
   * @param {object} settings {value, years (5, or as long as it pays), by: year|quarter|month, enrolment: number|null,
   *   scale: 1, or that of the row of `agreements`}
   * @returns {object} as `Figures.cash` takes it: {agreement, label, by, years, enrolment, money, rows: [{period, payer, patient, manufacturer, administrator, owed, owed_most, back}]}
   */
  function cash(DATA, ledger, totals, settings) {
    const { value, by = "year", enrolment = null, scale = 1 } = settings;
    if (ledger.a_year !== Budget.MONTHS) throw new Error("cash needs a ledger by month: M.ledger(x, 12)");
    if (!(by in PERIODS)) throw new Error(`cash is shown by ${Object.keys(PERIODS).join(", ")}; got '${by}'`);
    if (enrolment !== null && !(enrolment > 0)) throw new Error(`the enrolment must be above 0 patients a year; got ${enrolment}`);
    const s = DATA.strategies.findIndex((one) => one.name === DATA.agreements.strategy), items = DATA.items.length;
    const monthly = (names, times) => {
      const found = new Float64Array(ledger.years);
      for (const name of names.filter(Boolean)) {
        const from = (s * items + Budget.place(DATA, "cost", name)) * ledger.years;
        for (let m = 0; m < found.length; m++) found[m] += times * ledger.undiscounted[from + m];
      }
      return found;
    };
    const product = Budget.flows_of(DATA, value, Budget.MANUFACTURER), other = Budget.flows_of(DATA, value, "administration");
    const asked = product.filter((one) => !one.refund), refunds = product.filter((one) => one.refund);
    const both = (flows) => flows.flatMap((one) => [one.item, one.patient]);
    const streams = {
      received: monthly(both(product), scale), patient: monthly(product.map((one) => one.patient), scale),
      run: monthly(other.map((one) => one.item), 1), owed: monthly(both(asked), scale),
      most: most_of(DATA, asked, totals, s, ledger.years, (names) => monthly(names, scale), scale), back: monthly(both(refunds), -scale),
    };
    const last = streams.received.reduce((late, amount, m) => (amount !== 0 ? m : late), 0);
    const years = settings.years ?? Math.max(SHOWN, Math.floor(last / Budget.MONTHS) + 1);
    if (!Number.isInteger(years) || years < 1) throw new Error(`cash is shown for a whole number of years above 0; got ${years}`);
    const step = Budget.MONTHS / PERIODS[by], count = years * PERIODS[by], entering = enrolment === null ? null : enrolment / Budget.MONTHS;
    const through = (stream) => {
      const all = Float64Array.from({ length: years * Budget.MONTHS }, (_, m) => stream[m] ?? 0);
      return entering === null ? all : cumulated(all).map((amount) => amount * entering);
    };
    const spent = Object.fromEntries(Object.entries(streams).map(([name, stream]) => [name, through(stream)]));
    const ahead = (stream) => {
      const total = stream.reduce((sum, one) => sum + one, 0);
      const after = cumulated(Float64Array.from({ length: years * Budget.MONTHS }, (_, m) => stream[m] ?? 0)).map((one) => total - one);
      return entering === null ? after : cumulated(after).map((amount) => amount * entering);
    };
    const left = { owed: ahead(streams.owed), most: ahead(streams.most), back: ahead(streams.back) };
    const rows = Array.from({ length: count }, (_, k) => {
      const sum = (name) => spent[name].slice(k * step, (k + 1) * step).reduce((total, one) => total + one, 0);
      const [received, patient, run] = [sum("received"), sum("patient"), sum("run")], end = (k + 1) * step - 1;
      return {
        period: k + 1, payer: patient - received - run, patient: 0 - patient, manufacturer: received, administrator: run,
        owed: left.owed[end], owed_most: left.most[end], back: left.back[end],
      };
    });
    const { name, label } = DATA.agreements.choices.find((one) => one.value === value);
    return { agreement: name, label, by, years, enrolment, money: DATA.money, rows };
  }

  function cumulated(stream) {
    let sum = 0;
    return stream.map((amount) => (sum += amount));
  }

  /** The most that the contract can ask by month: a payment on a condition as if it held for all who were treated. */
  function most_of(DATA, asked, totals, s, months, monthly, scale) {
    const count = (name) => totals[s * DATA.items.length + Budget.place(DATA, "count", name)];
    const found = new Float64Array(months), { treated, wait } = DATA.agreements;
    const waited = count(treated) ? count(wait) / count(treated) : 0;
    for (const one of asked) {
      if (!one.most.length) {
        monthly([one.item, one.patient]).forEach((amount, m) => (found[m] += amount));
        continue;
      }
      const time = one.after === "infusion" ? one.years + waited : Math.max(one.years, waited);
      const month = Math.min(Math.floor(time * Budget.MONTHS + 1e-9), months - 1);
      found[month] += scale * one.most.reduce((sum, name) => sum + count(name), 0);
    }
    return found;
  }

  Object.assign(Budget, { cash });
})();
