/** The frame's view: where the picture and the frame around it lie on the stage. */

import { resultOf } from "./margins.js";

/** So much of the stage a frame at rest takes: there is room to drag it outwards. */
const AT_REST = 0.72;
const WHILE_DRAGGED = 0.92;
/** So far from the stage's edge a frame stays that is dragged to it. */
const EDGE = 10;

/**
 * @typedef {import("./margins.js").Margins} Margins
 * @typedef {import("./margins.js").Size} Size
 * @typedef {{left: number, top: number, width: number, height: number}} Box
 */

/**
 * Pixels of the stage for one of the picture.
 * @param {Size} picture @param {Margins} margins @param {Size} stage
 * @param {number | null} before The scale at which somebody is dragging the frame: it only shrinks.
 */
export function scaleFor(picture, margins, stage, before) {
  const { width, height } = resultOf(picture, margins);
  const whole = Math.min(stage.width / width, stage.height / height);
  return before === null ? whole * AT_REST : Math.min(before, whole * WHILE_DRAGGED);
}

/**
 * The frame in the middle of the stage; or, while a side is dragged, where the picture keeps its place
 * and the side its distance from the pointer, as far as the stage reaches.
 * @param {Size} picture @param {Margins} margins @param {Size} stage @param {number} scale
 * @param {{x: number, y: number} | null} [at] The picture's place on the stage.
 * @returns {{frame: Box, picture: Box}} The picture's box is within the frame.
 */
export function placed(picture, margins, stage, scale, at = null) {
  const result = resultOf(picture, margins);
  const [width, height] = [result.width * scale, result.height * scale];
  const within = {
    left: margins.left * scale,
    top: margins.up * scale,
    width: picture.width * scale,
    height: picture.height * scale,
  };
  const left = at ? held(at.x - within.left, stage.width - width) : (stage.width - width) / 2;
  const top = at ? held(at.y - within.top, stage.height - height) : (stage.height - height) / 2;
  return { frame: { left, top, width, height }, picture: within };
}

/** @param {number} start @param {number} room */
function held(start, room) {
  return Math.max(Math.min(EDGE, room / 2), Math.min(start, Math.max(room - EDGE, room / 2)));
}
