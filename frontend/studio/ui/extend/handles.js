/** Handles: the frame's sides and corners, pulled by pointer, fingers or keys; and the picture, moved
 * within it. */

import { element } from "../core/dom.js";
import { t } from "../core/words.js";

/**
 * @typedef {import("./margins.js").Side} Side
 * @typedef {{x: number, y: number}} Point
 * @typedef {object} Pull What is done with them.
 * @property {(sides: readonly Side[]) => void} begin
 * @property {(sides: readonly Side[], by: Point) => void} drag By so many pixels of the screen.
 * @property {(sides: readonly Side[], by: Point) => void} step By so many pixels of the picture.
 * @property {() => void} end
 */

/** @type {readonly (readonly Side[])[]} */
const GRIPS = [
  ["left"], ["right"], ["up"], ["down"],
  ["left", "up"], ["right", "up"], ["left", "down"], ["right", "down"],
];
/** @type {Record<string, Point>} */
const ARROWS = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
};
const STEP = 8;
const LARGE_STEP = 64;

/**
 * The handles of a frame; none of the sides is the picture itself.
 * @param {Pull} pull
 * @returns {{grips: HTMLElement[], picture: HTMLElement}}
 */
export function makeHandles(pull) {
  const grips = GRIPS.map((sides) => {
    const grip = element("button", { type: "button", class: "extend-grip" });
    grip.dataset.sides = sides.join(" ");
    grip.setAttribute("aria-label", nameOf(sides));
    listen(grip, sides, pull);
    return grip;
  });
  const picture = element("button", { type: "button", class: "extend-picture" });
  picture.setAttribute("aria-label", t("The picture in its frame. Arrow keys move it."));
  listen(picture, [], pull);
  return { grips, picture };
}

/** @param {readonly Side[]} sides */
function nameOf(sides) {
  switch (sides.join(" ")) {
    case "left":
      return t("Left side. Arrow keys move it.");
    case "right":
      return t("Right side. Arrow keys move it.");
    case "up":
      return t("Upper side. Arrow keys move it.");
    case "down":
      return t("Lower side. Arrow keys move it.");
    case "left up":
      return t("Upper left corner. Arrow keys move it.");
    case "right up":
      return t("Upper right corner. Arrow keys move it.");
    case "left down":
      return t("Lower left corner. Arrow keys move it.");
    default:
      return t("Lower right corner. Arrow keys move it.");
  }
}

/** @param {HTMLElement} handle @param {readonly Side[]} sides @param {Pull} pull */
function listen(handle, sides, pull) {
  /** @type {Point | null} */
  let last = null;
  handle.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    handle.setPointerCapture(event.pointerId);
    last = { x: event.clientX, y: event.clientY };
    pull.begin(sides);
  });
  handle.addEventListener("pointermove", (event) => {
    if (!last) return;
    pull.drag(sides, { x: event.clientX - last.x, y: event.clientY - last.y });
    last = { x: event.clientX, y: event.clientY };
  });
  handle.addEventListener("lostpointercapture", () => {
    if (last) pull.end();
    last = null;
  });
  handle.addEventListener("keydown", (event) => {
    const arrow = ARROWS[event.key];
    if (!arrow || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const step = event.shiftKey ? LARGE_STEP : STEP;
    pull.step(sides, { x: arrow.x * step, y: arrow.y * step });
  });
}
