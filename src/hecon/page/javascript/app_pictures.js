/** Pictures: the figures of a result, those in sight first, drawn by Vega, which is opened after the first answer. */
const Pictures = (() => {
  "use strict";

  const { make } = Elements;
  const KINDS = ["plane", "ceac", "waterfall", "tornado", "over_time", "trace"];
  const PAYING = ["budget", "cash"]; // where the page has a population and agreements
  const WAITING = { tornado: "What each input moves", ceac: "Acceptability curves" }; // titles before there is a figure
  const UNTIL = { ceac: "It is drawn when the draws are done.", tornado: "It is drawn when each input was tried at its low and high." };
  const cards = new Map(); // kind -> {element, room, seen, drawn}
  let ready = false;
  let result = null;

  /** Make room for every figure that the page's data can give. */
  function start(DATA) {
    const seen = new IntersectionObserver((entries) => {
      for (const { target, isIntersecting } of entries) {
        const card = cards.get(target.dataset.figure);
        card.seen = isIntersecting;
        if (isIntersecting) draw(card);
      }
    }, { rootMargin: "300px" });
    const kinds = KINDS.filter((kind) => kind !== "ceac" || DATA.draws);
    for (const kind of [...kinds, ...(Elements.at("budget-figures") ? PAYING : [])]) {
      const title = make("h3", {}, WAITING[kind] || "");
      const room = make("div", { class: "picture" }, make("p", { class: "soft" }, UNTIL[kind] || "The figure is being drawn."));
      const save = make("button", { type: "button", class: "link", hidden: true, on_click: () => Downloads.picture(kind) }, "Save as SVG");
      const element = make("figure", { "data-figure": kind }, title, room, save);
      cards.set(kind, { kind, element, title, room, save, seen: false, drawn: null });
      seen.observe(element);
    }
    Elements.fill(Elements.at("figures"), kinds.map((kind) => cards.get(kind).element));
    if (Elements.at("budget-figures")) Elements.fill(Elements.at("budget-figures"), PAYING.map((kind) => cards.get(kind).element));
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => again());
    window.addEventListener("resize", Elements.later(() => again(), 250));
  }

  /** Open the library that draws. */
  async function open() {
    const script = make("script", {});
    script.textContent = await Packing.text(Elements.at("vega").textContent);
    document.head.append(script);
    if (!window.vega) window.vega = { Error: 1 }; // the bundle leaves this name empty
    ready = true;
    again();
  }

  /** Show a result of which figures of these kinds, all if left out, are not those of the result before. */
  function show(given, kinds = [...cards.keys()]) {
    cards.forEach((card) => {
      if (result && card.drawn === result && !kinds.includes(card.kind)) card.drawn = given;
    });
    result = given;
    again(kinds);
  }

  /** Draw figures anew: those in sight now, the others soon. */
  function again(kinds = [...cards.keys()]) {
    cards.forEach((card) => {
      if (!kinds.includes(card.kind)) return;
      card.drawn = null;
      if (card.seen) draw(card);
    });
    rest();
  }

  /** Figures out of sight follow one by one while nothing else is done: they too are searched, read aloud and printed. */
  const rest = Elements.later(async () => {
    const next = [...cards.values()].find((card) => card.drawn !== result);
    if (!next || !ready || !result) return;
    await draw(next);
    rest();
  }, 100);

  /** The figure of a kind, or null where the result has none. */
  function figure(kind) {
    if (!result || result.faults.length || result.strategies.length < 2) return null;
    if (PAYING.includes(kind) && !result[kind]) return null;
    if (waits(kind)) return null;
    return Figures[kind] ? Figures[kind](result) : null;
  }

  /** Whether a figure needs what is still computed. */
  function waits(kind) {
    return !result.faults.length && result.strategies.length > 1 && ((kind === "ceac" && !result.psa) || (kind === "tornado" && !result.tornado));
  }

  async function draw(card) {
    if (!ready || !result || card.drawn === result) return;
    card.drawn = result;
    const shown = figure(card.kind);
    card.element.hidden = shown === null && !waits(card.kind);
    card.room.classList.toggle("stale", shown === null); // the figure of the result before stays until there is another
    if (!shown) return;
    card.save.hidden = !shown.spec;
    card.title.textContent = shown.title;
    card.save.setAttribute("aria-label", `Save as SVG: ${shown.title}`);
    const dark = matchMedia("(prefers-color-scheme: dark)").matches;
    await Figures.draw(card.room, shown, { dark, width: card.room.clientWidth });
  }

  /** The SVG text of a figure that is drawn. */
  function svg(kind) {
    return Figures.svg(cards.get(kind).room);
  }

  return { start, open, show, svg };
})();
