/** Tables of the section on paying: the budget by year, patients, queue, members, regions; agreements side by side; cash. */
const PayingTables = (() => {
  "use strict";

  const { make } = Elements;
  const sum = (values) => values.reduce((total, one) => total + one, 0);

  /** The tables of a budget; the first is open, the others are folded. */
  function budget(DATA, found) {
    const years = Array.from({ length: found.years }, (_, y) => `Year ${y + 1}`), last = years.map((_, y) => y + 2);
    const by = { cause: "Cause", item: "Item", payer: "Payer" }[found.by];
    const money = (values) => [...values, sum(values)].map((one) => Decide.money(one));
    const rows = ["without", "with", "net"].flatMap((world) => [
      ...found[world].map((values, g) => [world, found.groups[g], ...money(values)]), [world, "all", ...money(found.total[world])],
    ]);
    const few = [...["without", "with"].map((world) => [world, "all", ...money(found.total[world])]), ...rows.filter(([world]) => world === "net")];
    const head = ["World", by, ...years, "All years"], numbers = [...last, found.years + 2];
    const note = `Undiscounted, ${found.nominal ? "at each year's own prices" : "at constant prices"}, ${found.perspective} perspective.`;
    const label = (name) => label_of(DATA, name);
    const patients = found.strategies.flatMap((name, s) => ["without", "with"].map((world) => [label(name), world, ...[...found.starts[world][s], sum(found.starts[world][s])].map(count)]));
    const wait = (one) => (one === null ? "" : Decide.fixed(one, 1));
    const parts = [
      ["All parts, both worlds", head, rows, numbers],
      ["Patients who start each strategy", ["Strategy", "World", ...years, "All years"], patients, numbers],
      [`The queue for ${found.limited}`, ["Quarter", "Asked", "Treated", "Died waiting", "Waiting at the end", "Months waited"],
        found.quarters.map((one) => [String(one.quarter), count(one.asked), count(one.treated), count(one.died), count(one.waiting), wait(one.wait)]), [1, 2, 3, 4, 5]],
      ["Per member and month", ["Year", "Without", "With", "Net"], found.members.map((one) => [String(one.year), ...["without", "with", "net"].map((world) => Decide.fixed(one[world], 4))]), [1, 2, 3]],
      ["Net budget by region", ["Region", ...years], found.regions.map((one) => [one.name, ...one.net.map((value) => Decide.money(value))]), last.map((k) => k - 1)],
    ].filter(([, , some]) => some.length);
    return [Elements.table(`Budget, net (${found.money})`, head, few, { numbers, note }), ...parts.map(([title, columns, some, right]) => folded(title, Elements.table(title, columns, some, { numbers: right })))];
  }

  function folded(title, table) {
    return make("details", {}, make("summary", {}, title), table);
  }

  function count(value) {
    return Decide.fixed(value, 1);
  }

  function label_of(DATA, name) {
    return DATA.strategies.find((one) => one.name === name).label;
  }

  /** Agreements side by side; the one in force is marked. */
  function agreements(DATA, table, value) {
    const per = table.at === "equal" ? `at an expected payment of ${Decide.money(table.target)}` : "at the prices that they name";
    const head = ["Agreement", "Price, times the list price", "Payer pays", "Patient pays", "Equivalent rebate", "Worth the price up to, times the list price", "Net benefit over the reference", "Best", "Administration"];
    const share = (one) => Decide.percent(one, 1), times = (one) => (one === null ? "" : Decide.fixed(one, 3));
    const rows = table.rows.map((one) => [
      one.value === value ? `${one.label} (in force)` : one.label, times(one.price), Decide.money(one.paid), Decide.money(one.patient), share(one.equivalent),
      times(one.vbp), Decide.money(one.inmb), label_of(DATA, one.best), Decide.money(one.administration),
    ]);
    const note = `${DATA.money} per patient intended for ${label_of(DATA, table.strategy)}, discounted, base case; the list price comes to ${Decide.money(table.list_price)}.`;
    return Elements.table(`Agreements ${per}`, head, rows, { numbers: [1, 2, 3, 4, 5, 6, 8], note });
  }

  /** Cash by period under the agreement in force. */
  function cash(DATA, found) {
    const head = [found.by[0].toUpperCase() + found.by.slice(1), "Payer", "Patient", "Manufacturer", "Administrator", "Owed at its end", "Owed at most", "To come back"];
    const names = ["payer", "patient", "manufacturer", "administrator", "owed", "owed_most", "back"];
    const rows = found.rows.map((row) => [String(row.period), ...names.map((name) => Decide.money(row[name]))]);
    const who = found.enrolment === null ? "per patient intended" : `for ${Elements.number(found.enrolment)} patients a year`;
    return Elements.table(`Cash flow: ${found.label}`, head, rows, { numbers: [1, 2, 3, 4, 5, 6, 7], note: `${found.money}, ${who}, undiscounted; what a party pays is below 0.` });
  }

  return { budget, agreements, cash };
})();
