/** The view: which part of a picture is seen, and how large. */

/**
 * @typedef {{x: number, y: number}} Point
 * @typedef {{width: number, height: number}} Size
 * @typedef {Size & {margin?: number, fitMost?: number, scaleMost?: number}} Frame
 *   What a picture is seen in: the room it leaves around the picture, how far a small picture is
 *   blown up to fill it, and how large a pixel may become.
 * @typedef {{scale: number, x: number, y: number}} View
 *   A pixel of the picture is `scale` pixels of the screen wide; its upper left corner is at x, y.
 */

export const SCALE_MOST = 16;
const FIT_MOST = 4;
const MARGIN = 8;

/** The view of all of the picture. @param {Size} picture @param {Frame} frame @returns {View} */
export function fitted(picture, frame) {
  const { width, height, margin = MARGIN, fitMost = FIT_MOST } = frame;
  const room = { width: width - 2 * margin, height: height - 2 * margin };
  const whole = Math.min(room.width / picture.width, room.height / picture.height);
  const scale = Math.max(Number.EPSILON, Math.min(fitMost, whole));
  return centred({ scale, x: 0, y: 0 }, picture, frame);
}

/** @param {View} view @param {Point} point Of the screen. @returns {Point} Of the picture. */
export function toPicture({ scale, x, y }, point) {
  return { x: (point.x - x) / scale, y: (point.y - y) / scale };
}

/** @param {View} view @param {Point} point Of the picture. @returns {Point} Of the screen. */
export function toScreen({ scale, x, y }, point) {
  return { x: point.x * scale + x, y: point.y * scale + y };
}

/**
 * Larger or smaller, with a point of the screen in its place.
 * @param {View} view @param {number} factor @param {Point} at @param {Size} picture @param {Frame} frame
 * @returns {View}
 */
export function zoomed(view, factor, at, picture, frame) {
  const least = Math.min(1, fitted(picture, frame).scale);
  const most = frame.scaleMost ?? SCALE_MOST;
  const scale = Math.min(most, Math.max(least, view.scale * factor));
  const grown = scale / view.scale;
  const moved = { scale, x: at.x - (at.x - view.x) * grown, y: at.y - (at.y - view.y) * grown };
  return held(moved, picture, frame);
}

/** @param {View} view @param {Point} by @param {Size} picture @param {Frame} frame @returns {View} */
export function panned({ scale, x, y }, by, picture, frame) {
  return held({ scale, x: x + by.x, y: y + by.y }, picture, frame);
}

/**
 * As two fingers move: what was under them stays under them.
 * @param {View} view @param {[Point, Point]} from @param {[Point, Point]} to
 * @param {Size} picture @param {Frame} frame
 * @returns {View}
 */
export function pinched(view, from, to, picture, frame) {
  const [before, after] = [middle(from), middle(to)];
  const by = { x: after.x - before.x, y: after.y - before.y };
  const factor = apart(to) / Math.max(1, apart(from));
  const moved = { ...view, x: view.x + by.x, y: view.y + by.y };
  return zoomed(moved, factor, after, picture, frame);
}

/**
 * With a point of the picture in sight.
 * @param {View} view @param {Point} point @param {Size} picture @param {Frame} frame
 * @returns {View}
 */
export function showing(view, point, picture, frame) {
  const { margin = MARGIN } = frame;
  const { x, y } = toScreen(view, point);
  const by = {
    x: Math.min(0, frame.width - margin - x) + Math.max(0, margin - x),
    y: Math.min(0, frame.height - margin - y) + Math.max(0, margin - y),
  };
  return by.x === 0 && by.y === 0 ? view : panned(view, by, picture, frame);
}

/** Never so far aside that the picture is lost: what fits is centred. @returns {View} */
function held(/** @type {View} */ view, /** @type {Size} */ picture, /** @type {Frame} */ frame) {
  const { margin = MARGIN } = frame;
  const middles = centred(view, picture, frame);
  /** @param {number} at @param {number} length @param {number} room @param {number} middle */
  const along = (at, length, room, middle) =>
    length <= room - 2 * margin
      ? middle
      : Math.min(margin, Math.max(room - margin - length, at));
  return {
    scale: view.scale,
    x: along(view.x, picture.width * view.scale, frame.width, middles.x),
    y: along(view.y, picture.height * view.scale, frame.height, middles.y),
  };
}

/** @returns {View} */
function centred(/** @type {View} */ { scale }, /** @type {Size} */ picture, /** @type {Frame} */ frame) {
  return {
    scale,
    x: (frame.width - picture.width * scale) / 2,
    y: (frame.height - picture.height * scale) / 2,
  };
}

/** @param {[Point, Point]} points */
function middle([a, b]) {
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
}

/** @param {[Point, Point]} points */
function apart([a, b]) {
  return Math.hypot(a.x - b.x, a.y - b.y);
}
