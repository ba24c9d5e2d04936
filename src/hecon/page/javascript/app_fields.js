/** Fields: a labelled number with its slider, and a labelled choice; a value that is refused says why beside the field. */
const Fields = (() => {
  "use strict";

  const { make } = Elements;
  let ids = 0;

  /**
   * A number as people write it: digits with a decimal point, thousands with commas or spaces, "%" for a hundredth.
   * @returns {number} NaN where it is not understood
   */
  function parse(text) {
    const plain = text.trim().replace(/[\s\u00a0']/g, "");
    if (!/^[+-]?(\d{1,3}(,\d{3})+|\d+)?(\.\d*)?(e[+-]?\d+)?%?$/i.test(plain) || !/\d/.test(plain)) return NaN;
    const value = Number(plain.replace(/,/g, "").replace("%", ""));
    return plain.endsWith("%") ? value / 100 : value;
  }

  /** A number in a field. */
  function written(value) {
    return Number.isNaN(value) ? "" : String(value);
  }

  /**
   * A number field; with `low` and `high` it has a slider.
   * @param {object} how
   * @param {string} how.label
   * @param {string} [how.id]
   * @param {string} [how.unit]
   * @param {?number} [how.low]
   * @param {?number} [how.high]
   * @param {() => number} how.value the value now
   * @param {(value: number) => string} how.refusal why a value cannot be taken, "" where it can
   * @param {(value: number) => void} how.set
   * @param {() => boolean} how.changed whether it differs from the submitted value
   * @param {?() => void} [how.reset]
   * @param {() => (string|Node)[]} [how.told] what stands below
   * @returns {{element: HTMLElement, refresh: () => void}}
   */
  function number(how) {
    const id = how.id || `field-${++ids}`;
    const refusal = make("p", { class: "refusal", id: `${id}-refusal`, "aria-live": "polite" });
    const told = make("p", { class: "told", id: `${id}-told` });
    const box = make("input", {
      type: "text", inputmode: "decimal", id, "data-name": how.name, "aria-describedby": `${id}-refusal ${id}-told`, autocomplete: "off", spellcheck: "false",
      on_change: () => take(box.value),
      on_keydown: (event) => { if (event.key === "Enter") { event.preventDefault(); take(box.value); } },
    });
    const slid = how.low !== null && how.low !== undefined && how.low < how.high;
    const slider = slid ? make("input", {
      type: "range", min: how.low, max: how.high, step: "any", "aria-label": `${how.label}, slider`, "data-slider": how.name,
      on_input: () => take(rounded(Number(slider.value), how.low, how.high)),
      on_keydown: (event) => {
        const step = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 10, PageDown: -10 }[event.key];
        if (!step) return;
        event.preventDefault();
        const moved = how.value() + (step * (how.high - how.low)) / 100;
        take(rounded(Math.min(how.high, Math.max(how.low, moved)), how.low, how.high));
      },
    }) : null;
    const reset = how.reset ? make("button", {
      type: "button", class: "link", "aria-label": `Reset ${how.label}`, "data-reset": how.name, hidden: true, on_click: () => { how.reset(); box.focus(); },
    }, "Reset") : null;
    const element = make("div", { class: "field" },
      make("label", { for: id }, Elements.capital(how.label)), make("div", { class: "entry" }, box, how.unit ? make("span", { class: "unit" }, how.unit) : null, reset),
      slider, refusal, told);

    function take(given) {
      const value = typeof given === "number" ? given : parse(given);
      if (given === "" && Number.isNaN(how.value())) return;
      const why = Number.isNaN(value) ? "this is not a number; write digits with a decimal point, such as 0.25" : how.refusal(value);
      if (why) {
        box.setAttribute("aria-invalid", "true");
        refusal.textContent = `${typeof given === "number" ? written(given) : given.trim() || "An empty field"} is not taken: ${why}. The result still rests on ${written(how.value()) || "no value"}.`;
        return;
      }
      if (value === how.value()) refresh(true);
      else how.set(value);
    }

    let before = null; // what was written last

    /** Show the value; what is being typed, and not yet taken, stays unless the value itself has changed. */
    function refresh(taken = false) {
      const value = how.value();
      const now = written(value);
      const typing = taken !== true && document.activeElement === box && box.value !== before && now === before;
      if (!typing) {
        box.removeAttribute("aria-invalid");
        refusal.textContent = "";
        box.value = now;
      }
      before = now;
      if (slider) {
        slider.value = Number.isNaN(value) ? how.low : value;
        slider.setAttribute("aria-valuetext", Elements.amount(value, how.unit));
      }
      const changed = how.changed();
      element.classList.toggle("changed", changed);
      if (reset) reset.hidden = !changed;
      Elements.fill(told, how.told ? how.told() : []);
    }

    return { element, refresh };
  }

  /** A value of a slider with no more digits than its range needs. */
  function rounded(value, low, high) {
    if (value === low || value === high) return value;
    const digits = Math.max(0, 3 - Math.floor(Math.log10(high - low)));
    return Math.min(high, Math.max(low, Number(value.toFixed(Math.min(digits, 12)))));
  }

  /**
   * A choice of a few.
   * @param {object} how as of `number`, with options: [{value, label}] in place of unit and range
   * @returns {{element: HTMLElement, refresh: () => void}}
   */
  function choice(how) {
    const id = how.id || `field-${++ids}`;
    const told = make("p", { class: "told", id: `${id}-told` });
    const box = make("select", {
      id, "data-name": how.name, "aria-describedby": `${id}-told`, on_change: () => how.set(how.options[box.selectedIndex].value),
    }, how.options.map((one) => make("option", {}, one.label)));
    const reset = how.reset ? make("button", {
      type: "button", class: "link", "aria-label": `Reset ${how.label}`, "data-reset": how.name, hidden: true, on_click: () => { how.reset(); box.focus(); },
    }, "Reset") : null;
    const element = make("div", { class: "field" }, make("label", { for: id }, Elements.capital(how.label)), make("div", { class: "entry" }, box, reset), told);

    function refresh() {
      box.selectedIndex = how.options.findIndex((one) => one.value === how.value());
      const changed = how.changed();
      element.classList.toggle("changed", changed);
      if (reset) reset.hidden = !changed;
      Elements.fill(told, how.told ? how.told() : []);
    }

    return { element, refresh };
  }

  return { parse, number, choice };
})();
