/** Packing: what the page carries small, opened again by the browser's own DecompressionStream; packing.py packs it. */
const Packing = (() => {
  "use strict";

  /**
   * The bytes of a packed text.
   * @param {string} packed base64 of deflate without a header; white space is left out
   * @returns {Promise<Uint8Array>}
   */
  async function inflate(packed) {
    const letters = atob(packed.replace(/\s+/g, ""));
    const bytes = new Uint8Array(letters.length);
    for (let k = 0; k < letters.length; k++) bytes[k] = letters.charCodeAt(k);
    const opened = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
    return new Uint8Array(await new Response(opened).arrayBuffer());
  }

  /** The text of a packed script. */
  async function text(packed) {
    return new TextDecoder().decode(await inflate(packed));
  }

  /**
   * Draws, one column after the other: four planes of bytes (lowest first), each n of a column behind those of the one before.
   * @param {string} packed of pack_draws
   * @param {number} n draws
   * @param {number} k columns
   * @returns {Promise<Float32Array[]>} k columns (n,)
   */
  async function draws(packed, n, k) {
    const planes = await inflate(packed);
    if (planes.length !== 4 * n * k) throw new Error(`draws: ${planes.length} bytes, not those of ${n} draws of ${k} inputs`);
    const numbers = new DataView(new ArrayBuffer(4 * n * k));
    for (let j = 0; j < n * k; j++) for (let byte = 0; byte < 4; byte++) numbers.setUint8(4 * j + byte, planes[byte * n * k + j]);
    const at = (column, d) => numbers.getFloat32(4 * (column * n + d), true);
    return Array.from({ length: k }, (_, column) => Float32Array.from({ length: n }, (_unused, d) => at(column, d)));
  }

  return { inflate, text, draws };
})();
