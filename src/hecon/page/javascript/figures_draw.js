/** Figures: drawing in the page by Vega as SVG, with the text alternative on it and the table behind it; the SVG as a file. */
(() => {
  "use strict";

  const NARROWEST = 240;
  const ERRORS = 1; // Vega's level of messages; it warns of data sets that are empty
  const drawn = new WeakMap(); // element -> {parts, view, key, turn, dark, figure}

  /**
   * Draw a figure in an element, in place of what it showed. The old picture stays until the new one is complete.
   * @param {HTMLElement} element holds the picture, a note and the table; nothing else may stand in it
   * @param {object} figure what a function of Figures gives
   * @param {{dark?: boolean, width?: number}} [how] theme; pixels, the element's own if left out
   * @returns {Promise<void>} when it is drawn
   */
  async function draw(element, figure, how = {}) {
    const dark = Boolean(how.dark);
    const width = Math.max(NARROWEST, Math.floor(how.width || element.clientWidth || NARROWEST));
    const known = drawn.get(element) || started(element);
    known.turn += 1;
    const turn = known.turn;
    const next = figure.spec ? await picture(known, Figures.fitted(figure.spec, width, dark), turn) : null;
    if (turn !== known.turn) {
      if (next && next.view !== known.view) next.view.finalize();
      return; // a later call draws
    }
    if (!next || next.view !== known.view) {
      if (known.view) known.view.finalize();
      known.parts.picture.replaceChildren(next ? next.host : paragraph(figure.text));
    }
    Object.assign(known, { view: next && next.view, key: next && next.key, dark, figure });
    told(known.parts, figure, dark);
  }

  /** The parts of an element, made once. */
  function started(element) {
    const parts = { picture: made("div", "figure-picture"), note: made("p", "figure-note"), details: made("details", "figure-table") };
    element.replaceChildren(parts.picture, parts.note, parts.details);
    const known = { parts, view: null, key: null, turn: 0, dark: false, figure: null };
    drawn.set(element, known);
    return known;
  }

  function made(tag, name = "", text = "") {
    const found = document.createElement(tag);
    if (name) found.className = name;
    if (text) found.textContent = text;
    return found;
  }

  function paragraph(text) {
    return made("p", "figure-nothing", text);
  }

  /**
   * The picture of a specification: the same view with other data where nothing else has changed, else a new one outside the page.
   * Expressions are interpreted (`ast`), so that the page needs no 'unsafe-eval'.
   */
  async function picture(known, spec, turn) {
    const { datasets, ...rest } = spec;
    const key = JSON.stringify(rest);
    if (known.view && known.key === key) {
      Object.entries(datasets).forEach(([name, values]) => known.view.data(name, values.map((one) => ({ ...one }))));
      await known.view.runAsync();
      if (!outgrown(known.parts.picture)) return { view: known.view, key };
    }
    const host = made("div");
    const how = {
      mode: "vega-lite", renderer: "svg", actions: false, ast: true, tooltip: false, hover: false, defaultStyle: false,
      logLevel: ERRORS,
    };
    const { view } = await vegaEmbed(host, spec, how);
    return { view, key, host, turn };
  }

  /** Whether a text stands beyond the picture: a view keeps the room of its axes, and other data may have longer numbers. */
  function outgrown(room) {
    const box = room.querySelector("svg").getBoundingClientRect();
    return [...room.querySelectorAll("svg text")].some((one) => {
      const { width, left, right } = one.getBoundingClientRect();
      return width > 0 && (left < box.left - 0.5 || right > box.right + 0.5);
    });
  }

  /** Words around the picture: role and text alternative, note, table. */
  function told(parts, figure, dark) {
    const there = Boolean(figure.spec);
    if (there) {
      parts.picture.querySelector("svg").setAttribute("aria-hidden", "true"); // Vega gives marks a role, and no name
      parts.picture.setAttribute("role", "img");
      parts.picture.setAttribute("aria-label", `${figure.title}. ${figure.text}`);
    } else {
      parts.picture.removeAttribute("role");
      parts.picture.removeAttribute("aria-label");
    }
    parts.picture.classList.toggle("stale", figure.stale);
    parts.picture.classList.toggle("dark", dark); // whoever prints turns it into light: there is no time to draw
    parts.picture.style.opacity = figure.stale ? "0.4" : "";
    parts.note.textContent = figure.note;
    parts.note.hidden = !figure.note;
    parts.details.hidden = figure.table.rows.length === 0;
    if (!parts.details.firstChild) parts.details.append(made("summary"), scrolled());
    const [summary, box] = parts.details.children; // kept, so that whoever reads one does not lose it
    summary.textContent = `Table: ${figure.title}`;
    box.setAttribute("aria-label", figure.title);
    box.replaceChildren(table(figure));
  }

  /** A box that can be scrolled by the keyboard where what it holds is wider than the screen. */
  function scrolled() {
    const box = made("div", "figure-scroll wide");
    box.tabIndex = 0;
    box.setAttribute("role", "region");
    return box;
  }

  /** The table of a figure. */
  function table({ title, table: { head, rows } }) {
    const found = made("table");
    const line = (cells, tag, scope) => {
      const row = made("tr");
      cells.forEach((text, k) => {
        const cell = made(k === 0 || tag === "th" ? "th" : "td", "", String(text));
        if (cell.tagName === "TH") cell.scope = tag === "th" ? scope : "row";
        row.append(cell);
      });
      return row;
    };
    const [top, body] = [made("thead"), made("tbody")];
    top.append(line(head, "th", "col"));
    body.append(...rows.map((cells) => line(cells, "td", "row")));
    const caption = made("caption");
    caption.append(made("span", "", title)); // stays in sight where the table is scrolled
    found.append(caption, top, body);
    return found;
  }

  /**
   * What an element shows as the text of an SVG file that stands alone; "" where nothing is drawn.
   * @param {HTMLElement} element in which `draw` has drawn
   * @returns {string}
   */
  function svg(element) {
    const known = drawn.get(element);
    const shown = known && known.parts.picture.querySelector("svg");
    if (!shown) return "";
    const copy = shown.cloneNode(true);
    copy.removeAttribute("aria-hidden");
    const inside = (tag, text) => {
      const found = document.createElementNS("http://www.w3.org/2000/svg", tag);
      found.textContent = text;
      return found;
    };
    const paper = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    Object.entries({ width: "100%", height: "100%", fill: Figures.paper(known.dark) }).forEach(([name, value]) => paper.setAttribute(name, value));
    copy.prepend(inside("title", known.figure.title), inside("desc", `${known.figure.text} ${known.figure.note}`.trim()), paper);
    return new XMLSerializer().serializeToString(copy);
  }

  Object.assign(Figures, { draw, svg });
})();
