/** Steps: where the arrow keys lead among pictures that hang in rows. */

/**
 * @typedef {{row: number, middle: number}} Spot
 *   Rows are numbered from the top, those of all days together; `middle` is across.
 */

/**
 * @param {string} key Such as `ArrowLeft`.
 * @param {number} at The picture that one is at.
 * @param {readonly Spot[]} spots
 * @returns {number | null} The picture to go to; null if the key leads nowhere at all.
 */
export function step(key, at, spots) {
  switch (key) {
    case "ArrowLeft":
      return Math.max(0, at - 1);
    case "ArrowRight":
      return Math.min(spots.length - 1, at + 1);
    case "ArrowUp":
      return beside(at, spots, -1);
    case "ArrowDown":
      return beside(at, spots, 1);
    case "Home":
      return 0;
    case "End":
      return spots.length - 1;
    default:
      return null;
  }
}

/**
 * The nearest picture in the row above or below.
 * @param {number} at @param {readonly Spot[]} spots @param {-1 | 1} by
 */
function beside(at, spots, by) {
  const from = spots[at];
  const row = from.row + by;
  let best = at;
  let least = Infinity;
  for (let i = at + by; spots[i] && Math.abs(spots[i].row - from.row) <= 1; i += by) {
    const off = Math.abs(spots[i].middle - from.middle);
    if (spots[i].row !== row || off >= least) continue;
    best = i;
    least = off;
  }
  return best;
}
