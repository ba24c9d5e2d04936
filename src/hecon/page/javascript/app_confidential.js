/** Confidential: what a page says of itself whose inputs are not all told, below its title. */
const Confidential = (() => {
  "use strict";

  const { make, count } = Elements;

  /**
   * Show it; nothing on a page that holds every input.
   * @param {{confidential: ?{words: string, names: string[], shown: Object<string, number>, follows: Object<string, string>}}} DATA
   */
  function show(DATA) {
    const told = DATA.confidential;
    if (!told) return;
    const labels = told.names.map((name) => (State.input(name) ? `${State.input(name).label} (${name})` : name));
    const shown = Object.entries(told.shown).map(([name, value]) => make("li", {}, `${name}: ${Elements.number(value)}, shown on request, not live`));
    const follows = Object.entries(told.follows).map(([name, why]) => make("li", {}, `${name} follows from ${why}`));
    Elements.at("lede").after(make("div", { class: "notice", id: "confidential" },
      make("p", {}, make("strong", {}, told.words)),
      make("details", {}, make("summary", {}, `What is withheld: ${count(told.names.length, "input")}`),
        make("ul", {}, labels.map((one) => make("li", {}, one)), shown, follows),
        make("p", {}, `Value, range, distribution and note of each are not in this file, nor is any ${shown.length ? "other " : ""}number that depends on them. The page was written twice, the second time from other values, and was the same to the byte.`))));
  }

  return { show };
})();
