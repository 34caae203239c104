/** Margins: by how many pixels a picture grows on each side, and what comes of it. */

import { t } from "../core/words.js";
import { within } from "../pictures/limits.js";

/**
 * @typedef {"left" | "right" | "up" | "down"} Side
 * @typedef {Record<Side, number>} Margins
 * @typedef {{width: number, height: number}} Size
 */

/** @type {readonly Side[]} */
export const SIDES = Object.freeze(["left", "right", "up", "down"]);
/** Pixels that a side may grow by. */
export const MOST = 2000;
/** @type {Margins} */
export const NONE = Object.freeze({ left: 0, right: 0, up: 0, down: 0 });

/** @type {Record<Side, Side>} */
const OPPOSITE = { left: "right", right: "left", up: "down", down: "up" };
/** Shapes that a frame that is dragged takes by itself when it is near them. */
const RATIOS = Object.freeze([
  [1, 1], [4, 3], [3, 4], [3, 2], [2, 3], [16, 9], [9, 16], [2, 1], [1, 2], [21, 9],
]);

/** @param {number} value A whole number of pixels that a side may grow by. */
export function clamped(value) {
  return Math.max(0, Math.min(MOST, Math.round(value) || 0));
}

/** @param {Side} side */
function isAcross(side) {
  return side === "left" || side === "right";
}

/** @param {Size} picture @param {Margins} margins @returns {Size} */
export function resultOf({ width, height }, { left, right, up, down }) {
  return { width: width + left + right, height: height + up + down };
}

/**
 * Sides pulled outwards.
 * @param {Margins} margins Not yet whole or within bounds, as long as a drag goes on.
 * @param {readonly Side[]} sides
 * @param {{x: number, y: number}} by To the right, and down.
 * @returns {Margins}
 */
export function pulled(margins, sides, { x, y }) {
  const outwards = { left: -x, right: x, up: -y, down: y };
  const after = { ...margins };
  for (const side of sides) after[side] += outwards[side];
  return after;
}

/**
 * The picture moved within its frame, whose size stays.
 * @param {Margins} margins @param {{x: number, y: number}} by
 * @returns {Margins}
 */
export function shifted({ left, right, up, down }, by) {
  const x = Math.max(-left, Math.min(right, Math.round(by.x)));
  const y = Math.max(-up, Math.min(down, Math.round(by.y)));
  return { left: left + x, right: right - x, up: up + y, down: down - y };
}

/**
 * Whole margins within bounds, and those of a side that is dragged where it has something to hold on
 * to: as much as on the opposite side, or a common shape of the whole.
 * @param {Margins} raw
 * @param {readonly Side[]} sides
 * @param {Size} picture
 * @param {number} reach From how far it is drawn there, in pixels of the picture.
 * @returns {{margins: Margins, shape: string}} `shape` is what it holds on to, such as `16:9`.
 */
export function snapped(raw, sides, picture, reach) {
  const margins = /** @type {Margins} */ (
    Object.fromEntries(SIDES.map((side) => [side, clamped(raw[side])]))
  );
  let shape = "";
  let nearest = reach;
  let found = margins;
  for (const side of sides) {
    const { width, height } = resultOf(picture, { ...margins, [side]: 0 });
    /** @param {number} value @param {string} name */
    const offer = (value, name) => {
      const away = Math.abs(value - raw[side]);
      if (value < 0 || value > MOST || away >= nearest) return;
      nearest = away;
      shape = name;
      found = { ...margins, [side]: Math.round(value) };
    };
    const opposite = margins[OPPOSITE[side]];
    if (opposite > 0) offer(opposite, "=");
    for (const [across, down] of RATIOS) {
      const name = `${across}:${down}`;
      if (isAcross(side)) offer((height * across) / down - width, name);
      else offer((width * down) / across - height, name);
    }
  }
  return { margins: found, shape };
}

/**
 * The smallest frame of a shape around the picture, with the picture in its middle.
 * @param {Size} picture @param {number} across @param {number} down
 * @returns {Margins}
 */
export function shapedAs({ width, height }, across, down) {
  const wide = Math.max(0, Math.round((height * across) / down) - width);
  const high = Math.max(0, Math.round((width * down) / across) - height);
  const [left, up] = [Math.floor(wide / 2), Math.floor(high / 2)];
  return whole({ left, right: wide - left, up, down: high - up });
}

/** @param {Size} picture @param {number} share Of each side's length. @returns {Margins} */
export function allAround({ width, height }, share) {
  const [x, y] = [width * share, height * share];
  return whole({ left: x, right: x, up: y, down: y });
}

/** @param {Margins} margins @returns {Margins} */
function whole({ left, right, up, down }) {
  return { left: clamped(left), right: clamped(right), up: clamped(up), down: clamped(down) };
}

/**
 * What a model makes of a frame, in words.
 * @param {Size} picture @param {Margins} margins
 * @param {import("../pictures/limits.js").Limits} limits
 * @returns {{note: string, refused: string}} Empty if there is nothing to say.
 */
export function verdict(picture, margins, limits) {
  const result = resultOf(picture, margins);
  const { width, height } = result;
  if (Math.max(width, height) > limits.ratio_max * Math.min(width, height)) {
    const refused = t("One side would be more than {ratio} times the other, which the model does not take.", {
      ratio: limits.ratio_max,
    });
    return { note: "", refused };
  }
  const fits = within(width, height, limits);
  if (fits.width === width) return { note: "", refused: "" };
  const note = t("The model makes no picture so large: the whole is scaled down to {size}.", {
    size: `${fits.width} × ${fits.height}`,
  });
  return { note, refused: "" };
}
