/** Pictures: the figures of a result, each drawn when it comes into sight, by Vega, which is opened after the first answer. */
const Pictures = (() => {
  "use strict";

  const { make } = Elements;
  const KINDS = ["plane", "ceac", "waterfall", "tornado", "over_time", "trace"];
  const PAYING = ["budget", "cash"]; // where the page has a population and agreements
  const ALL = [...KINDS, ...PAYING];
  const WAITING = { ceac: "This figure is drawn when the draws are done.", tornado: "This figure is drawn when each input was tried at its low and high." };
  const cards = new Map(); // kind -> {element, room, seen, drawn}
  let ready = false;
  let result = null;

  /** Make room for every figure. */
  function start() {
    const seen = new IntersectionObserver((entries) => {
      for (const { target, isIntersecting } of entries) {
        const card = cards.get(target.dataset.figure);
        card.seen = isIntersecting;
        if (isIntersecting) draw(card);
      }
    }, { rootMargin: "300px" });
    for (const kind of [...KINDS, ...(Elements.at("budget-figures") ? PAYING : [])]) {
      const title = make("h3", {});
      const room = make("div", { class: "picture" }, make("p", { class: "soft" }, WAITING[kind] || "The figure is being drawn."));
      const save = make("button", { type: "button", class: "link", hidden: true, on_click: () => Downloads.picture(kind) }, "Save as SVG");
      const element = make("figure", { "data-figure": kind }, title, room, save);
      cards.set(kind, { kind, element, title, room, save, seen: false, drawn: null });
      seen.observe(element);
    }
    Elements.fill(Elements.at("figures"), KINDS.map((kind) => cards.get(kind).element));
    if (Elements.at("budget-figures")) Elements.fill(Elements.at("budget-figures"), PAYING.map((kind) => cards.get(kind).element));
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => again());
    window.addEventListener("resize", Elements.later(() => again(), 250));
    window.addEventListener("beforeprint", () => cards.forEach((card) => draw(card)));
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

  /** Show a result: figures in sight, of these kinds, are drawn now, the others when they come into sight. */
  function show(given, kinds = ALL) {
    result = given;
    again(kinds);
  }

  function again(kinds = ALL) {
    cards.forEach((card) => {
      if (!kinds.includes(card.kind)) return;
      card.drawn = null;
      if (card.seen) draw(card);
    });
    first();
  }

  /** What was never drawn is drawn once, also out of sight, so that the page does not grow under its reader's eyes. */
  const first = Elements.later(async () => {
    const next = [...cards.values()].find((card) => !card.once && figure(card.kind) !== null);
    if (!next || !ready) return;
    await draw(next);
    next.once = true;
    first();
  }, 100);

  /** The figure of a kind, or null where the result has none. */
  function figure(kind) {
    if (!result || result.faults.length || result.strategies.length < 2) return null;
    if (PAYING.includes(kind) && !result[kind]) return null;
    if (kind === "ceac" && !result.psa) return null;
    if (kind === "tornado" && !result.tornado) return null;
    return Figures[kind] ? Figures[kind](result) : null;
  }

  async function draw(card) {
    if (!ready || !result || card.drawn === result) return;
    card.drawn = result;
    const shown = figure(card.kind);
    card.element.hidden = shown === null && card.kind !== "tornado" && card.kind !== "ceac";
    card.save.hidden = !shown || !shown.spec;
    if (!shown) {
      card.title.textContent = { tornado: "Inputs one at a time", ceac: "Acceptability" }[card.kind] || "";
      return;
    }
    card.title.textContent = shown.title;
    card.save.setAttribute("aria-label", `Save as SVG: ${shown.title}`);
    const dark = matchMedia("(prefers-color-scheme: dark)").matches && !matchMedia("print").matches;
    await Figures.draw(card.room, shown, { dark, width: card.room.clientWidth });
  }

  /** The SVG text of a figure that is drawn. */
  function svg(kind) {
    return Figures.svg(cards.get(kind).room);
  }

  return { start, open, show, svg };
})();
