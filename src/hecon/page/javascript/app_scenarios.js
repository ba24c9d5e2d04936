/** Scenarios: versions of the model that the reader keeps, and their results side by side. */
const Scenarios = (() => {
  "use strict";

  const { make } = Elements;
  const MOST = 20;
  let DATA = null;
  let kept = []; // {name, state}
  const likely = new Map(); // what the draws gave for a state, by its text
  let changed = () => {};

  /** Begin, with what the browser or a link holds; `on_change` is called when the list changes. */
  function start(data, given, on_change) {
    DATA = data;
    kept = (given || stored()).filter((one) => one && one.state && typeof one.name === "string").slice(0, MOST);
    changed = on_change;
    const name = make("input", { type: "text", id: "scenario-name", maxlength: "60", on_keydown: (event) => { if (event.key === "Enter") keep(name.value); } });
    Elements.fill(Elements.at("scenarios-body"),
      make("div", { class: "share" },
        make("div", {}, make("label", { for: "scenario-name" }, "Name of this version"), make("br"), name),
        make("button", { type: "button", id: "keep", on_click: () => keep(name.value) }, "Keep it")),
      make("p", { id: "scenarios-told", class: "soft", role: "status" }), make("div", { id: "scenarios-table" }));
  }

  function place() {
    return `hecon:${DATA.case}:${(DATA.fingerprints.program || "").slice(0, 12)}`;
  }

  function stored() {
    try {
      return JSON.parse(localStorage.getItem(place())) || [];
    } catch {
      return []; // a page opened from a file may have no storage: scenarios then live in the link
    }
  }

  function store() {
    try {
      localStorage.setItem(place(), JSON.stringify(kept));
    } catch {
      return false;
    }
    return true;
  }

  /** Keep the state now under a name. */
  function keep(text) {
    const name = text.trim() || `Version ${kept.length + 1}`;
    const told = Elements.at("scenarios-told");
    if (kept.length >= MOST && !kept.some((one) => one.name === name)) {
      told.textContent = `At most ${MOST} versions are kept; remove one first.`;
      return;
    }
    const one = { name, state: State.get() };
    const at = kept.findIndex((other) => other.name === name);
    if (at < 0) kept.push(one);
    else kept[at] = one;
    const where = store() ? "kept in this browser and in the link" : "kept in the link of this page, because this browser has no storage for it";
    told.textContent = `'${name}' is ${where}.`;
    Elements.at("scenario-name").value = "";
    changed();
    show();
  }

  function remove(name) {
    kept = kept.filter((one) => one.name !== name);
    store();
    Elements.at("scenarios-told").textContent = `'${name}' was removed.`;
    changed();
    show();
    Elements.at("scenario-name").focus();
  }

  /** The versions side by side: submitted, as shown now, and those kept. */
  function show() {
    const every = [{ name: "Submitted", state: State.submitted() }];
    if (State.is_changed()) every.push({ name: "Shown now", state: State.get(), now: true });
    every.push(...kept.map((one) => ({ ...one, own: true })));
    const rows = every.map(row);
    const head = ["Version", `More cost (${DATA.money})`, `More ${Decide.effect_words(DATA.effect)}`, `ICER per ${DATA.effect_word}`, "Net benefit gained", "Likely", "What differs", "Actions"];
    Elements.refill(Elements.at("scenarios-table"), Elements.table("Versions side by side", head, rows, { numbers: [1, 2, 3, 4, 5] }));
  }

  /** One version, computed anew. */
  function row(one) {
    const result = result_of(one.state);
    const [cost, effect, ratio, share] = result.strategies.length < 2 ? [] : Answer.numbers(DATA, result).map(([, value]) => value);
    if (result.psa) likely.set(JSON.stringify(one.state), share);
    const differs = State.changes(one.state).map((change) => `${change.what}: ${change.after}`).join("; ") || "nothing";
    const buttons = one.own ? make("span", {},
      make("button", { type: "button", class: "link", "aria-label": `Open ${one.name}`, on_click: () => State.replace(one.state) }, "Open"),
      make("button", { type: "button", class: "link", "aria-label": `Download ${one.name}`, on_click: () => Downloads.scenario(one.name, one.state) }, "Download"),
      make("button", { type: "button", class: "link", "aria-label": `Remove ${one.name}`, on_click: () => remove(one.name) }, "Remove")) : "";
    const gained = result.faults.length ? "none" : Decide.money(result.answer.inmb, "+");
    return [one.name, cost || "", effect || "", ratio || "", gained, likely.get(JSON.stringify(one.state)) || "not run", differs, buttons];
  }

  function result_of(state) {
    const run = Runs.of(state);
    return Result.make(DATA, { ...State.submitted(), ...state }, Model.evaluate({ ...State.submitted(), ...state }), run, false);
  }

  return { start, show, get list() { return kept; } };
})();
