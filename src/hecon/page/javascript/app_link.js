/** Link: the whole state and the scenarios in the page's address, so that a link reopens what was shown. */
const Link = (() => {
  "use strict";

  const KEY = "s=";

  /** A value as text that an address can hold: JSON in UTF-8, base64url. */
  function encode(value) {
    const bytes = new TextEncoder().encode(JSON.stringify(value));
    let text = "";
    for (const byte of bytes) text += String.fromCharCode(byte);
    return btoa(text).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }

  /** The value of a text that `encode` made; null for any other text. */
  function decode(text) {
    try {
      const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
      return JSON.parse(new TextDecoder().decode(Uint8Array.from(plain, (one) => one.charCodeAt(0))));
    } catch {
      return null;
    }
  }

  /** What the page's address holds: {state, scenarios, inputs}, or null. */
  function read() {
    const hash = location.hash.slice(1);
    return hash.startsWith(KEY) ? decode(hash.slice(KEY.length)) : null;
  }

  /**
   * The end of an address that holds all this, with the model it belongs to.
   * @param {object} DATA
   * @param {object} state
   * @param {{name: string, state: object}[]} scenarios
   */
  function hash_of(DATA, state, scenarios) {
    const kept = scenarios.map(({ name, state: one }) => ({ name, state: one }));
    return `#${KEY}${encode({ case: DATA.case, program: DATA.fingerprints.program, inputs: DATA.fingerprints.inputs, state, scenarios: kept })}`;
  }

  /** Put it into the page's address without a step in the history. */
  function write(hash) {
    if (location.hash === hash) return;
    try {
      history.replaceState(null, "", hash);
    } catch {
      location.replace(hash);
    }
  }

  /** The address as a person passes it on. */
  function address(hash) {
    return location.href.split("#")[0] + hash;
  }

  return { encode, decode, read, hash_of, write, address };
})();
