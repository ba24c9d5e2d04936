/** Decide: numbers in print, the same characters as hecon/digits.py and Python's format give; NaN is printed "withheld". */
(() => {
  "use strict";

  const WITHHELD = "withheld";
  const SMALLEST = 1e-6; // smaller amounts of money are printed as 0
  const ROUND_FROM = 9.95; // larger ones whole

  /** How many tenths of a power of ten: floor(log10(size)). */
  function magnitude(size) {
    return Math.floor(Math.log10(size));
  }

  /** A digit string and the one after it in the last place: "199" gives "200". */
  function next_digits(digits) {
    return (BigInt(digits) + 1n).toString().padStart(digits.length, "0");
  }

  /**
   * Size >= 0 with so many decimals, rounded as Python rounds: the exact binary value, half to even (toFixed takes the larger).
   */
  function rounded(size, decimals) {
    if (size >= 1e21) return BigInt(size).toString() + (decimals ? `.${"0".repeat(decimals)}` : "");
    const exact = size.toFixed(Math.min(100, decimals + 60));
    const dot = exact.indexOf(".");
    let digits = exact.slice(0, dot) + exact.slice(dot + 1, dot + 1 + decimals);
    const rest = exact.slice(dot + 1 + decimals);
    const half = "5".padEnd(rest.length, "0");
    if (rest > half || (rest === half && Number(digits[digits.length - 1]) % 2 === 1)) digits = next_digits(digits);
    return decimals ? `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}` : digits;
  }

  function grouped(text) {
    const [whole, rest] = text.split(".");
    const found = whole.replace(/\B(?=(\d{3})+$)/g, ",");
    return rest === undefined ? found : `${found}.${rest}`;
  }

  /** Sign and digits together; what is rounded to 0 has no minus. */
  function signed(value, text, sign) {
    const minus = value < 0 && /[1-9]/.test(text);
    return (minus ? "-" : sign) + text;
  }

  /**
   * A number with so many decimals and commas between thousands: Python's f"{value:z,.2f}", with sign "+" f"{value:+z,.2f}".
   * @param {number} value
   * @param {number} decimals from 0 up
   * @param {string} [sign] "+" where a plus is to be printed too
   * @returns {string}
   */
  function fixed(value, decimals, sign = "") {
    if (!Number.isFinite(value)) return not_finite(value);
    return signed(value, grouped(rounded(Math.abs(value), decimals)), sign);
  }

  function not_finite(value) {
    return Number.isNaN(value) ? WITHHELD : value > 0 ? "infinite" : "-infinite";
  }

  /**
   * So many significant digits, as Python's f"{value:z,.4g}" prints them.
   * @param {number} value
   * @param {number} digits from 1 up
   * @returns {string}
   */
  function general(value, digits = 6) {
    if (!Number.isFinite(value)) return not_finite(value);
    const size = Math.abs(value);
    if (size === 0) return "0";
    let exponent = Number(size.toExponential().split("e")[1]);
    const scaled = significant(size, digits, exponent);
    exponent += scaled.length - digits;
    const kept = scaled.slice(0, digits);
    const few = kept.replace(/0+$/, "") || "0";
    if (exponent < -4 || exponent >= digits) {
      const power = String(Math.abs(exponent)).padStart(2, "0");
      const shown = few.length > 1 ? `${few[0]}.${few.slice(1)}` : few;
      return signed(value, `${shown}e${exponent < 0 ? "-" : "+"}${power}`, "");
    }
    const whole = exponent >= 0 ? kept.slice(0, exponent + 1) : "0";
    const rest = exponent >= 0 ? few.slice(exponent + 1) : "0".repeat(-exponent - 1) + few;
    return signed(value, grouped(rest ? `${whole}.${rest}` : whole), "");
  }

  /** The significant digits of size > 0 as a string, one longer where rounding carries into the next power of ten. */
  function significant(size, digits, exponent) {
    const decimals = digits - 1 - exponent;
    if (decimals > 40) return size.toExponential(digits - 1).split("e")[0].replace(".", ""); // a tie has fewer decimals
    if (decimals >= 0) return rounded(size, decimals).replace(".", "").replace(/^0+/, "");
    const unit = 10n ** BigInt(-decimals);
    const whole = BigInt(Math.floor(size));
    const twice = 2n * (whole % unit);
    let found = whole / unit;
    const above = twice > unit || (twice === unit && !Number.isInteger(size));
    if (above || (twice === unit && found % 2n === 1n)) found += 1n;
    return found.toString();
  }

  /**
   * An amount of money: whole from 10 up, two digits below, so that a small one does not become 0 (money_text).
   * @param {number} value in the outcomes' currency
   * @param {string} [sign] "+" where a plus is to be printed too
   * @returns {string}
   */
  function money(value, sign = "") {
    const size = Math.abs(value);
    const near = Math.abs(size - nearest_even(size));
    const whole = !(SMALLEST <= size && size < ROUND_FROM) || near < 1e-9;
    return fixed(value, whole ? 0 : 1 - magnitude(size * 1.005), sign);
  }

  function nearest_even(size) {
    const low = Math.floor(size);
    const rest = size - low;
    return rest > 0.5 || (rest === 0.5 && low % 2 === 1) ? low + 1 : low;
  }

  /**
   * A number with so many decimals; with 0 it is money or a count; below 0, so many significant digits (number_text).
   * @param {number} value
   * @param {number} [decimals]
   * @returns {string}
   */
  function quantity(value, decimals = 3) {
    if (decimals < 0) return Math.abs(value) >= 10 ** -decimals ? fixed(value, 0) : general(value, -decimals);
    return decimals ? fixed(value, decimals) : money(value);
  }

  /** A share in per cent with so many decimals: Python's f"{value:z.1%}". */
  function percent(value, decimals = 1) {
    if (!Number.isFinite(value)) return not_finite(value);
    return `${fixed(100 * value, decimals).replace(/,/g, "")}%`;
  }

  /** A share in whole per cent that is never rounded to certainty: "91%", "over 99%", "under 1%". */
  function share(value) {
    if (!Number.isFinite(value)) return not_finite(value);
    const found = Number(fixed(value, 9));
    if (found >= 0.995 && found < 1) return "over 99%";
    return found > 0 && found < 0.005 ? "under 1%" : `${Math.floor(100 * found + 0.5)}%`;
  }

  Object.assign(Decide, { WITHHELD, fixed, general, money, quantity, percent, share, magnitude });
})();
