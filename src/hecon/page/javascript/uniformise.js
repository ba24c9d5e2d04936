// One step of a state vector by rates: the matrix exponential exp(-L) sum_j (L I + Q)^j / j! with L the largest way out,
// all of whose terms are positive. The same terms as evaluate/engine/cohort.py takes.

let _steps = { stay: new Float64Array(0) }; // room for the vectors of one step, kept between calls

function _room(states, counted) {
  if (_steps.stay.length !== states || _steps.tally.length !== counted) {
    const vector = () => new Float64Array(states);
    _steps = { out: vector(), stay: vector(), term: vector(), next: vector(), tally: new Float64Array(counted) };
  }
  return _steps;
}

/** Overwrites `state` (S) with the vector after one cycle of constant rates, and `made` (C) with how many made each counted
 * move in it. Gives the number of terms; -1, and NaN in both, where the largest rate is beyond the last threshold or NaN.
 * @param {Float64Array} state occupancy by state
 * @param {ArrayLike<number>} pairs the moves [from, to, from, to, ...] (2 M)
 * @param {ArrayLike<number>} rates rate x cycle of each move (M)
 * @param {ArrayLike<number>} counted positions among the moves of those to count (C)
 * @param {ArrayLike<number>} thresholds [j]: the largest rate x cycle for which the terms after j are negligible
 * @param {Float64Array} made counts (C)
 */
function uniformise(state, pairs, rates, counted, thresholds, made) {
  const { out, stay, term, next, tally } = _room(state.length, counted.length);
  out.fill(0);
  tally.fill(0);
  made.fill(0);
  for (let m = 0; m < rates.length; m++) out[pairs[2 * m]] += rates[m];
  let top = 0;
  for (let a = 0; a < out.length; a++) top = Math.max(top, out[a]);
  if (!(top <= thresholds[thresholds.length - 1])) {
    state.fill(NaN);
    made.fill(NaN);
    return -1;
  }
  for (let a = 0; a < out.length; a++) stay[a] = top - out[a];
  term.set(state);
  let j = 1;
  for (; j < thresholds.length && top > thresholds[j - 1]; j++) {
    const share = 1 / j;
    for (let a = 0; a < term.length; a++) next[a] = term[a] * stay[a];
    for (let m = 0; m < rates.length; m++) next[pairs[2 * m + 1]] += term[pairs[2 * m]] * rates[m];
    for (let c = 0; c < counted.length; c++) {
      tally[c] = (tally[c] * top + term[pairs[2 * counted[c]]] * rates[counted[c]]) * share;
      made[c] += tally[c];
    }
    for (let a = 0; a < term.length; a++) {
      term[a] = next[a] * share;
      state[a] += term[a];
    }
  }
  const scale = Math.exp(-top);
  for (let a = 0; a < state.length; a++) state[a] *= scale;
  for (let c = 0; c < made.length; c++) made[c] *= scale;
  return j - 1;
}
