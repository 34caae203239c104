/** The layout: pictures of any shape in rows of one width, each picture whole. */

/**
 * @typedef {{left: number, top: number, width: number, height: number, row: number}} Box
 * @typedef {{ratio: number, together: boolean}} Shape
 *   `together`: it belongs to the one before it.
 * @typedef {{width: number, height: number, gap: number, near: number}} Frame
 *   The width of a row and the height that it should have; the gap between pictures, and between
 *   those that belong together.
 */

/** How much higher than wished a row may become; a row that is still short stays so. */
const HIGHEST = 1.6;
/** What it costs to part what belongs together, against a row twice as high or half as high. */
const PARTING = 0.15;

/**
 * Hang pictures in rows, so that the rows are about as high as wished. As in setting type, the
 * breaks are chosen for all rows together: the cheapest way to each place is the cheapest way to
 * some place before it, and one row more.
 * @param {readonly Shape[]} shapes @param {Frame} frame
 * @returns {{boxes: Box[], height: number}}
 */
export function hang(shapes, frame) {
  const ends = breaksOf(shapes, frame);
  /** @type {Box[]} */
  const boxes = [];
  let top = 0;
  let from = 0;
  for (const [row, to] of ends.entries()) {
    const height = rowHeight(shapes, from, to, frame, to === shapes.length);
    let left = 0;
    for (let i = from; i < to; i++) {
      if (i > from) left += gapBefore(shapes[i], frame);
      const width = shapes[i].ratio * height;
      boxes.push({ left, top, width, height, row });
      left += width;
    }
    top += height + frame.gap;
    from = to;
  }
  return { boxes, height: Math.max(0, top - frame.gap) };
}

/** Where rows end. @param {readonly Shape[]} shapes @param {Frame} frame @returns {number[]} */
function breaksOf(shapes, frame) {
  const cost = [0];
  const begins = [0];
  for (let to = 1; to <= shapes.length; to++) {
    cost[to] = Infinity;
    let ratios = 0;
    for (let from = to - 1; from >= 0; from--) {
      ratios += shapes[from].ratio;
      const row = cost[from] + rowCost(shapes, from, to, frame);
      if (row < cost[to]) {
        cost[to] = row;
        begins[to] = from;
      }
      // From here on rows only become lower.
      if (ratios * frame.height > 3 * frame.width) break;
    }
  }
  const ends = [];
  for (let to = shapes.length; to > 0; to = begins[to]) ends.unshift(to);
  return ends;
}

/**
 * @param {readonly Shape[]} shapes @param {number} from @param {number} to @param {Frame} frame
 */
function rowCost(shapes, from, to, frame) {
  const last = to === shapes.length;
  const off = Math.log2(justified(shapes, from, to, frame) / frame.height);
  const parting = !last && shapes[to].together ? PARTING : 0;
  // The last row need not be full.
  return (last && off > 0 ? 0 : off * off) + parting;
}

/**
 * @param {readonly Shape[]} shapes @param {number} from @param {number} to @param {Frame} frame
 * @param {boolean} last
 */
function rowHeight(shapes, from, to, frame, last) {
  const full = justified(shapes, from, to, frame);
  return Math.min(full, last ? frame.height : HIGHEST * frame.height);
}

/**
 * The height at which a row fills its width.
 * @param {readonly Shape[]} shapes @param {number} from @param {number} to @param {Frame} frame
 */
function justified(shapes, from, to, frame) {
  let ratios = shapes[from].ratio;
  let rest = frame.width;
  for (let i = from + 1; i < to; i++) {
    ratios += shapes[i].ratio;
    rest -= gapBefore(shapes[i], frame);
  }
  return Math.max(1, rest / ratios);
}

/** @param {Shape} shape @param {Frame} frame */
function gapBefore({ together }, frame) {
  return together ? frame.near : frame.gap;
}
