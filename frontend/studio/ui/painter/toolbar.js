/** The toolbar: which tool, how large, and what is done with the whole mask and the view. */

import { button, element, sign } from "../core/dom.js";
import { t } from "../core/words.js";

/** @typedef {import("./easel.js").Tool} Tool */

const SIGNS = {
  brush: "M16.5 3.5L9 11M8.6 10.6c1.6.3 2.3 1.5 2 2.9-.5 2.4-3.4 3.3-6.6 3 1.4-.8 1.3-1.8 1.7-3.3.4-1.6 1.4-2.8 2.9-2.6z",
  eraser: "M7.5 16.5h9M3.8 12.2l7.4-7.9a1.3 1.3 0 0 1 1.9 0l3 3a1.3 1.3 0 0 1 0 1.9l-6.8 7.3H7.5l-3.7-3.4a.7.7 0 0 1 0-.9zM7.6 8.2l5 4.7",
  lasso: "M10 3.5c4 0 7 2 7 4.6s-3 4.6-7 4.6-7-2-7-4.6 3-4.6 7-4.6zM5.6 12c-1.4.9-1.3 2.3 0 2.7s1.2 1.7-.3 2.3",
  rectangle: "M3.5 5h13v10h-13z",
  undo: "M7 4.5L3.5 8 7 11.5M4 8h7.5a4 4 0 0 1 0 8H8.5",
  redo: "M13 4.5L16.5 8 13 11.5M16 8H8.5a4 4 0 0 0 0 8h3",
  invert: "M10 3.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM10 3.5v13M10 6.5h5M10 10h6.5M10 13.5h5",
  clear: "M4 6h12M8 6V4h4v2M5.8 6l.8 10.5h6.8l.8-10.5M8.5 9v4.5M11.5 9v4.5",
  closer: "M9 3.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11zM13 13l4 4M9 6.5v5M6.5 9h5",
  farther: "M9 3.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11zM13 13l4 4M6.5 9h5",
  fit: "M3.5 7.5v-4h4M12.5 3.5h4v4M16.5 12.5v4h-4M7.5 16.5h-4v-4",
  window: "M11.5 3.5h5v5M16.5 3.5l-5.5 5.5M8.5 16.5h-5v-5M3.5 16.5L9 11",
};
/** The slider has so many steps; sizes grow by a constant factor, for small ones matter more. */
export const SIZES = 100;
const SIZE_LEAST = 2;

/**
 * The size of a brush for a place of the slider, and back.
 * @param {number} place @param {number} most
 */
export function sizeAt(place, most) {
  return Math.round(SIZE_LEAST * (most / SIZE_LEAST) ** (place / SIZES));
}

/** @param {number} size @param {number} most */
export function placeOf(size, most) {
  return Math.round((SIZES * Math.log(size / SIZE_LEAST)) / Math.log(most / SIZE_LEAST));
}

export class Toolbar {
  /**
   * @param {string} name For the radio buttons, which know each other by it.
   * @param {object} does
   * @param {(tool: Tool) => void} does.tool
   * @param {(place: number) => void} does.size
   * @param {() => void} does.undo
   * @param {() => void} does.redo
   * @param {() => void} does.invert
   * @param {() => void} does.clear
   * @param {() => void} does.closer
   * @param {() => void} does.farther
   * @param {() => void} does.fit
   * @param {() => void} does.window
   */
  constructor(name, does) {
    /** @param {Tool} tool @param {string} words @param {string} key */
    const choice = (tool, words, key) => {
      const radio = /** @type {HTMLInputElement} */ (
        element("input", { type: "radio", class: "sr-only", name, value: tool })
      );
      radio.setAttribute("aria-label", words);
      radio.addEventListener("change", () => does.tool(tool));
      return element(
        "label",
        { class: "painter-tool", title: `${words} (${key})` },
        radio,
        sign(SIGNS[tool]),
      );
    };
    /** @param {keyof typeof SIGNS & keyof typeof does} command @param {string} words @param {string} key */
    const act = (command, words, key) =>
      button(sign(SIGNS[command]), () => /** @type {() => void} */ (does[command])(), {
        class: "painter-act",
        "aria-label": words,
        title: key ? `${words} (${key})` : words,
      });
    this.tools = element(
      "div",
      { class: "painter-tools", role: "radiogroup", "aria-label": t("Tool") },
      choice("brush", t("Brush"), "B"),
      choice("eraser", t("Eraser"), "E"),
      choice("lasso", t("Lasso"), "L"),
      choice("rectangle", t("Rectangle"), "R"),
    );
    this.size = /** @type {HTMLInputElement} */ (
      element("input", { type: "range", min: "0", max: String(SIZES), step: "1" })
    );
    this.size.setAttribute("aria-label", t("Size of the brush"));
    this.size.title = t("Size of the brush ([ and ])");
    this.size.addEventListener("input", () => does.size(Number(this.size.value)));
    this.undo = act("undo", t("Undo"), t("Ctrl + Z"));
    this.redo = act("redo", t("Redo"), t("Ctrl + Shift + Z"));
    this.window = act("window", t("Use the whole window"), "F");
    this.element = element(
      "div",
      { class: "painter-bar" },
      this.tools,
      element("div", { class: "painter-size" }, this.size),
      element(
        "div",
        { class: "painter-acts" },
        this.undo,
        this.redo,
        act("invert", t("Invert"), "I"),
        act("clear", t("Clear"), t("Del")),
        act("farther", t("Zoom out"), "-"),
        act("closer", t("Zoom in"), "+"),
        act("fit", t("See all of it"), "0"),
        this.window,
      ),
    );
  }

  /**
   * Show what holds.
   * @param {{tool: Tool, size: number, place: number, canUndo: boolean, canRedo: boolean}} now
   */
  draw({ tool, size, place, canUndo, canRedo }) {
    for (const radio of this.tools.querySelectorAll("input")) radio.checked = radio.value === tool;
    this.size.value = String(place);
    this.size.setAttribute("aria-valuetext", t("{n} pixels", { n: size }));
    this.undo.disabled = !canUndo;
    this.redo.disabled = !canRedo;
  }
}
