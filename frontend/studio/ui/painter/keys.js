/** Keys: all that a pointer can do on the stage, and shortcuts for the rest. */

import { showing } from "../core/view.js";

/** @typedef {import("../core/view.js").Point} Point */

/** @type {Record<string, [number, number]>} */
const ARROWS = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};
const FAST = 8;

export class Keys {
  /** @type {Point | null} Where the keys have brought the tool; null until one is pressed. */
  #at = null;
  /** @type {Point | null} The last corner of a lasso. */
  #corner = null;

  /**
   * @param {import("./stage.js").Stage} stage
   * @param {import("./easel.js").Easel} easel
   * @param {import("./hand.js").Hand} hand
   * @param {Record<string, () => void>} commands By the key that gives them.
   */
  constructor(stage, easel, hand, commands) {
    this.stage = stage;
    this.easel = easel;
    this.hand = hand;
    this.commands = commands;
    const { canvas } = stage;
    canvas.addEventListener("keydown", (event) => this.#down(event));
    canvas.addEventListener("keyup", (event) => this.#up(event));
    canvas.addEventListener("blur", () => this.leave());
    canvas.addEventListener("pointerdown", () => this.leave());
  }

  /** Nothing is painted by keys any more. */
  leave() {
    this.hand.space = false;
    if (this.#at && this.easel.busy) this.easel.cancel();
    this.#at = null;
    this.#corner = null;
    this.stage.cursor = null;
    this.stage.draw();
  }

  /** @param {KeyboardEvent} event */
  #down(event) {
    const { stage } = this;
    if (!stage.picture) return;
    const name = nameOf(event);
    if (name === "Space") this.hand.space = true;
    else if (name === "Enter") this.#press(event.repeat);
    else if (name === "Escape" && this.easel.busy) this.#cancel();
    else if (event.key in ARROWS && !event.ctrlKey && !event.metaKey && !event.altKey) {
      this.#move(ARROWS[event.key], event.shiftKey);
    } else if (this.commands[name]) this.commands[name]();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** @param {KeyboardEvent} event */
  #up({ code, key }) {
    if (code === "Space") this.hand.space = false;
    if (key === "Enter" && this.easel.busy && this.#brushes) this.easel.lift();
  }

  /** Where the tool is: in the middle of what is seen, to begin with. */
  get #place() {
    if (!this.#at) {
      const { view, size } = this.stage;
      this.#at = {
        x: Math.round((size.width / 2 - view.x) / view.scale),
        y: Math.round((size.height / 2 - view.y) / view.scale),
      };
    }
    return this.#at;
  }

  get #brushes() {
    return this.easel.tool === "brush" || this.easel.tool === "eraser";
  }

  /** @param {[number, number]} direction @param {boolean} fast */
  #move([dx, dy], fast) {
    const { picture, view, size } = this.stage;
    if (!picture) return;
    const { x, y } = this.#place;
    // About two pixels of the screen, and always whole ones of the picture.
    const step = Math.max(1, Math.round(2 / view.scale)) * (fast ? FAST : 1);
    this.#at = {
      x: Math.max(0, Math.min(picture.width, x + dx * step)),
      y: Math.max(0, Math.min(picture.height, y + dy * step)),
    };
    if (this.easel.busy && this.easel.tool !== "lasso") this.easel.move([this.#at]);
    const moved = showing(view, this.#at, picture, size);
    if (moved !== view) this.stage.look(moved);
    this.#show();
  }

  /** Enter dabs, and paints a line while it is held; or it sets the corners of an outline. */
  #press(/** @type {boolean} */ again) {
    if (again) return;
    const at = this.#place;
    const closes = this.#corner?.x === at.x && this.#corner.y === at.y;
    if (!this.easel.busy) this.easel.press(at);
    else if (this.easel.tool === "rectangle" || closes) this.easel.lift();
    else this.easel.move([at]);
    this.#corner = this.easel.busy ? at : null;
    this.#show();
  }

  #cancel() {
    this.easel.cancel();
    this.#corner = null;
  }

  #show() {
    this.stage.cursor = { at: this.#place, radius: this.#brushes ? this.easel.radius : 0, cross: true };
    this.stage.draw();
  }
}

/** @param {KeyboardEvent} event Such as `Control+Shift+z`; Command counts as Control. */
function nameOf({ code, key, ctrlKey, metaKey, shiftKey, altKey }) {
  if (code === "Space") return "Space";
  const held = [(ctrlKey || metaKey) && "Control", altKey && "Alt"].filter(Boolean);
  if (held.length > 0 && shiftKey) held.push("Shift");
  return [...held, key.length === 1 ? key.toLowerCase() : key].join("+");
}
