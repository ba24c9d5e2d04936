/** Elements: the parts a page is made of: elements, tables, numbers in print. Texts are set as text, never as HTML. */
const Elements = (() => {
  "use strict";

  /**
   * An element with attributes and children. `on_*` attributes are listeners; false, null and undefined ones are left out.
   * @param {string} tag
   * @param {object} [given] attributes
   * @param {...(Node|string|null)} children
   * @returns {HTMLElement}
   */
  function make(tag, given = {}, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(given)) {
      if (name.startsWith("on_")) made.addEventListener(name.slice(3), value);
      else if (value === true) made.setAttribute(name, "");
      else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, value);
    }
    made.append(...children.flat(Infinity).filter((one) => one !== null && one !== undefined && one !== ""));
    return made;
  }

  /** The element of that id. */
  function at(id) {
    return document.getElementById(id);
  }

  /** Put these children in the place of those an element has. */
  function fill(element, ...children) {
    element.replaceChildren(...children.flat(Infinity).filter((one) => one !== null && one !== undefined && one !== ""));
  }

  /** As `fill`, for what is shown anew while it is read: what is open, scrolled or in focus stays so. */
  function refill(element, ...children) {
    const reached = () => [...element.querySelectorAll("[tabindex], button, summary")];
    const words = (one) => one && (one.getAttribute("aria-label") || one.textContent);
    const all = (selector) => [...element.querySelectorAll(selector)];
    const [open, aside, focus] = [all("details").map((one) => one.open), all(".wide").map((one) => one.scrollLeft), reached().indexOf(document.activeElement)];
    const name = words(reached()[focus]);
    fill(element, ...children);
    all("details").forEach((one, k) => { one.open = Boolean(open[k]); });
    all(".wide").forEach((one, k) => { one.scrollLeft = aside[k] || 0; });
    if (focus < 0) return;
    const now = reached();
    const same = now.find((one) => words(one) === name) || now[Math.min(focus, now.length - 1)];
    if (same) same.focus({ preventScroll: true });
  }

  /**
   * A table in a region that scrolls by keyboard.
   * @param {string} caption
   * @param {string[]} head
   * @param {(string|Node|{text: string, below?: string})[][]} rows the first cell of each is its heading
   * @param {{numbers?: number[], looks?: string[], note?: string}} [how] columns of numbers; a class for each row
   * @returns {HTMLElement}
   */
  function table(caption, head, rows, { numbers = [], looks = [], note = "" } = {}) {
    const look = (k) => (numbers.includes(k) ? "number" : null);
    const cell = (tag, content, k) => {
      const scope = tag === "th" ? "row" : null;
      if (content instanceof Node || typeof content === "string") return make(tag, { class: look(k), scope }, content);
      return make(tag, { class: look(k), scope }, content.text, content.below ? make("small", {}, content.below) : null);
    };
    const body = rows.map((row, r) => make("tr", { class: looks[r] || null }, row.map((one, k) => cell(k ? "td" : "th", one, k))));
    return make("div", {},
      make("div", { class: "wide", role: "region", tabindex: "0", "aria-label": caption },
        make("table", {}, make("caption", {}, make("span", {}, caption)),
          make("thead", {}, make("tr", {}, head.map((words, k) => make("th", { scope: "col", class: look(k) }, words)))),
          make("tbody", {}, body))),
      note ? make("p", { class: "soft" }, note) : null);
  }

  /** The rows of every table in an element, as they are read: {title, head, rows}. */
  function read(element) {
    const cells = (row) => [...row.cells].map((one) => [...one.childNodes].map((part) => part.textContent).join(" "));
    return [...element.querySelectorAll("table")].map((one) => ({
      title: one.caption.textContent, head: cells(one.tHead.rows[0]), rows: [...one.tBodies[0].rows].map(cells),
    }));
  }

  /** A number of any size as read by people: six significant digits, grouped from 10,000 up. */
  function number(value) {
    if (value === null || Number.isNaN(value)) return "withheld";
    const short = Number(value.toPrecision(6));
    return Math.abs(short) >= 1e4 ? short.toLocaleString("en-US", { maximumFractionDigits: 2 }) : String(short);
  }

  /** A number with its unit; one that is withheld has none. */
  function amount(value, unit) {
    return unit && value !== null && !Number.isNaN(value) ? `${number(value)} ${unit}` : number(value);
  }

  /** "1 change", "3 changes". */
  function count(n, word) {
    return `${n.toLocaleString("en-US")} ${word}${n === 1 ? "" : "s"}`;
  }

  /** Call a function once, a while after the last time it was asked for; `cancel` forgets it. */
  function later(run, wait) {
    let timer = null;
    const asked = () => { clearTimeout(timer); timer = setTimeout(run, wait); };
    asked.cancel = () => clearTimeout(timer);
    return asked;
  }

  /** A text that begins with a capital letter. */
  function capital(text) {
    return text.slice(0, 1).toUpperCase() + text.slice(1);
  }

  return { make, at, fill, refill, table, read, number, amount, count, later, capital };
})();
