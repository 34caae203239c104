/** Shapes: what a tool paints, as the rows of pixels that lie within it. A pixel does if its middle
 * does. */

/**
 * @typedef {{x: number, y: number}} Point In pixels of the picture, from its upper left corner.
 * @typedef {{left: number, top: number, right: number, bottom: number}} Rect
 *   Whole pixels; right and bottom are the first beyond it.
 * @typedef {{rect: Rect, spans: (y: number) => [number, number][]}} Shape
 *   `spans` has, for a row, the first pixels and the first ones beyond.
 */

/** @param {readonly Point[]} points @param {number} [margin] @returns {Rect} */
function around(points, margin = 0) {
  const xs = points.map(({ x }) => x);
  const ys = points.map(({ y }) => y);
  return {
    left: Math.floor(Math.min(...xs) - margin),
    top: Math.floor(Math.min(...ys) - margin),
    right: Math.ceil(Math.max(...xs) + margin),
    bottom: Math.ceil(Math.max(...ys) + margin),
  };
}

/** The pixels whose middles lie between two places of a row. @returns {[number, number]} */
function pixels(/** @type {number} */ from, /** @type {number} */ to) {
  return [Math.ceil(from - 0.5), Math.ceil(to - 0.5)];
}

/**
 * What a round brush leaves that is drawn from one point to another.
 * @param {Point} from @param {Point} to @param {number} radius
 * @returns {Shape}
 */
export function stroke(from, to, radius) {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const length = Math.hypot(dx, dy);
  const [nx, ny] = length > 0 ? [(-dy / length) * radius, (dx / length) * radius] : [0, 0];
  const sides = [
    { x: from.x + nx, y: from.y + ny },
    { x: to.x + nx, y: to.y + ny },
    { x: to.x - nx, y: to.y - ny },
    { x: from.x - nx, y: from.y - ny },
  ];
  return {
    rect: around([from, to], radius),
    spans(y) {
      const middle = y + 0.5;
      const crossed = [
        ...crossings(sides, middle).map(({ x }) => x),
        ...[from, to].flatMap((end) => {
          const half = radius ** 2 - (middle - end.y) ** 2;
          return half < 0 ? [] : [end.x - Math.sqrt(half), end.x + Math.sqrt(half)];
        }),
      ];
      // It bulges nowhere inwards, so that a row meets it once.
      return crossed.length > 0 ? [pixels(Math.min(...crossed), Math.max(...crossed))] : [];
    },
  };
}

/**
 * The rectangle between two corners.
 * @param {Point} one @param {Point} other
 * @returns {Shape}
 */
export function rectangle(one, other) {
  const rect = around([one, other]);
  return { rect, spans: () => [[rect.left, rect.right]] };
}

/**
 * What a line encloses that ends where it began; where it crosses itself, all of it.
 * @param {readonly Point[]} points
 * @returns {Shape}
 */
export function enclosed(points) {
  return {
    rect: around(points),
    spans(y) {
      const found = crossings(points, y + 0.5).sort((a, b) => a.x - b.x);
      /** @type {[number, number][]} */
      const spans = [];
      let turns = 0;
      let from = 0;
      for (const { x, turn } of found) {
        if (turns === 0) from = x;
        turns += turn;
        if (turns === 0) spans.push(pixels(from, x));
      }
      return spans;
    },
  };
}

/**
 * Where the sides of a polygon cross a row, and whether downwards (1) or upwards (-1).
 * @param {readonly Point[]} points @param {number} y
 */
function crossings(points, y) {
  const found = [];
  for (let i = 0; i < points.length; i++) {
    const [a, b] = [points[i], points[(i + 1) % points.length]];
    if (a.y <= y === b.y <= y) continue;
    found.push({ x: a.x + ((y - a.y) / (b.y - a.y)) * (b.x - a.x), turn: a.y < b.y ? 1 : -1 });
  }
  return found;
}

/**
 * The part of a rectangle that lies on a sheet.
 * @param {Rect} rect @param {{width: number, height: number}} sheet
 * @returns {Rect}
 */
export function clipped({ left, top, right, bottom }, { width, height }) {
  return {
    left: Math.max(0, Math.min(left, width)),
    top: Math.max(0, Math.min(top, height)),
    right: Math.max(0, Math.min(right, width)),
    bottom: Math.max(0, Math.min(bottom, height)),
  };
}
