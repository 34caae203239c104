/** The painter: a picture, a mask over it, and everything to paint it with. */

import { button, element } from "../core/dom.js";
import { showStyled } from "../core/styled.js";
import { t } from "../core/words.js";
import { Easel } from "./easel.js";
import { Hand } from "./hand.js";
import { Keys } from "./keys.js";
import { CHANGE, KEEP } from "./mask.js";
import { Stage } from "./stage.js";
import { decoded } from "../pictures/preparing.js";
import { placeOf, sizeAt, SIZES, Toolbar } from "./toolbar.js";
import { zoomed } from "../core/view.js";

const ZOOM = 1.4;
/** Steps of the slider for a press of [ or ]. */
const SIZE_STEP = 4;
/** How large a brush is at first, and at most, of the picture's shorter side. */
const FIRST = 0.08;
const MOST = 0.6;
/** A narrower page shows the picture only; it is painted in a window of its own. */
const NARROW = "(max-width: 640px)";
/** Levels from which on a pixel of a mask counts as white. */
const WHITE = 128;

let painters = 0;

export class Painter {
  /** The picture that is being loaded: what comes late is not shown any more. */
  #turn = 0;
  #sizeMost = 100;

  /** @param {{changed: () => void}} page `changed` is called after each step of the user's. */
  constructor({ changed }) {
    this.changed = changed;
    this.id = `painter-${++painters}`;
    this.stage = new Stage();
    this.easel = new Easel({
      repaint: (rect) => {
        this.stage.busy = this.easel.busy;
        this.stage.repaint(rect);
      },
      outline: (points) => {
        this.stage.line = points;
        this.stage.draw();
      },
      changed: () => this.#stepped(),
    });
    const commands = {
      undo: () => this.easel.undo(),
      redo: () => this.easel.redo(),
      invert: () => this.easel.invert(),
      clear: () => this.easel.clear(),
      closer: () => this.#zoom(ZOOM),
      farther: () => this.#zoom(1 / ZOOM),
      fit: () => this.stage.fit(),
      window: () => this.#toggleWindow(),
    };
    this.toolbar = new Toolbar(`${this.id}-tool`, {
      ...commands,
      tool: (tool) => this.#choose(tool),
      size: (place) => this.#resize(place),
    });
    const { canvas } = this.stage;
    const hand = new Hand(
      this.stage,
      {
        begin: (at, how) => this.easel.press(at, how),
        go: (points) => this.easel.move(points),
        end: () => this.easel.lift(),
        cancel: () => this.easel.cancel(),
        hover: (at) => this.#hover(at),
      },
      () => this.window.open || document.activeElement === canvas,
    );
    const resize = (/** @type {number} */ by) => this.#resize(Number(this.toolbar.size.value) + by);
    this.keys = new Keys(this.stage, this.easel, hand, {
      b: () => this.#choose("brush"),
      e: () => this.#choose("eraser"),
      l: () => this.#choose("lasso"),
      r: () => this.#choose("rectangle"),
      "[": () => resize(-SIZE_STEP),
      "]": () => resize(SIZE_STEP),
      i: commands.invert,
      Delete: commands.clear,
      Backspace: commands.clear,
      "+": commands.closer,
      "=": commands.closer,
      "-": commands.farther,
      0: commands.fit,
      f: commands.window,
      "Control+z": commands.undo,
      "Control+Shift+z": commands.redo,
      "Control+y": commands.redo,
    });
    canvas.id = this.id;
    canvas.tabIndex = 0;
    canvas.setAttribute("role", "application");
    canvas.setAttribute("aria-label", t("The picture and its mask"));
    canvas.setAttribute("aria-describedby", `${this.id}-help`);
    canvas.addEventListener("pointerdown", () => canvas.focus({ preventScroll: true }));
    this.help = element(
      "p",
      { class: "sr-only", id: `${this.id}-help` },
      t("Arrow keys move the brush, with Shift faster; Enter dabs, and draws while it is held."),
      " ",
      t("With the lasso or the rectangle, Enter sets corners, and Escape begins anew."),
    );
    this.status = element("p", { class: "painter-status", role: "status" });
    this.open = button(t("Paint"), () => this.#toggleWindow(), { class: "picture-button" });
    this.done = button(t("Done"), () => this.window.close(), { class: "picture-button" });
    this.element = element(
      "div",
      { class: "painter" },
      this.toolbar.element,
      element("div", { class: "painter-stage" }, canvas, this.open),
      element("div", { class: "painter-foot" }, this.status, this.done),
      this.help,
    );
    this.home = element("div", { class: "painter-home" }, this.element);
    this.window = /** @type {HTMLDialogElement} */ (
      element("dialog", { class: "painter-window", "aria-label": t("Paint the mask") })
    );
    this.window.addEventListener("cancel", (event) => {
      if (this.easel.busy) event.preventDefault();
    });
    this.window.addEventListener("close", () => this.#leaveWindow());
    this.#draw();
    const sheets = ["../pictures/controls.css", "./painter.css"];
    void showStyled(this.element, ...sheets.map((sheet) => new URL(sheet, import.meta.url)));
  }

  get isEmpty() {
    return this.share === 0;
  }

  /**
   * Paint on another picture, or on none; the mask of before is gone. Rejects with `Unfit`.
   * @param {{blob: Blob} | null} picture
   */
  async show(picture) {
    const turn = ++this.#turn;
    const bitmap = picture && (await decoded(picture.blob));
    if (turn !== this.#turn) return void bitmap?.close();
    this.keys.leave();
    if (bitmap) {
      this.easel.begin(bitmap.width, bitmap.height);
      const side = Math.min(bitmap.width, bitmap.height);
      this.#sizeMost = Math.max(20, side * MOST);
      this.easel.size = Math.max(4, Math.round(side * FIRST));
    } else {
      this.easel.end();
      if (this.window.open) this.window.close();
    }
    this.stage.show(bitmap, this.easel.mask);
    this.#draw();
  }

  /**
   * Show a mask that was painted before, as large as the picture or not. Rejects with `Unfit`.
   * @param {Blob} blob
   */
  async load(blob) {
    const turn = this.#turn;
    const bitmap = await decoded(blob);
    const { mask } = this.easel;
    if (turn !== this.#turn || !mask) return void bitmap.close();
    const { width, height } = mask;
    const canvas = /** @type {HTMLCanvasElement} */ (element("canvas"));
    Object.assign(canvas, { width, height });
    const context = canvas.getContext("2d", { willReadFrequently: true });
    if (!context) return void bitmap.close();
    context.imageSmoothingEnabled = false;
    // Transparent counts as black: nothing was painted there.
    context.fillRect(0, 0, width, height);
    context.drawImage(bitmap, 0, 0, width, height);
    bitmap.close();
    const pixels = context.getImageData(0, 0, width, height).data;
    const data = new Uint8Array(width * height);
    for (let i = 0; i < data.length; i++) data[i] = pixels[4 * i] < WHITE ? KEEP : CHANGE;
    this.easel.load(data);
    this.stage.mask = this.easel.mask;
    this.stage.repaint(mask.whole);
    this.#draw();
  }

  /** @param {string} words Shown until the next step. */
  say(words) {
    this.status.textContent = words;
  }

  #stepped() {
    this.#draw();
    this.changed();
  }

  #draw() {
    const { tool, size, canUndo, canRedo, mask } = this.easel;
    this.share = mask?.share() ?? 0;
    const place = placeOf(size, this.#sizeMost);
    this.toolbar.draw({ tool, size, place, canUndo, canRedo });
    const percent = this.share > 0 ? Math.max(1, Math.round(this.share * 100)) : 0;
    this.status.textContent = t("{percent} % of the picture is painted.", { percent });
    this.stage.busy = this.easel.busy;
    this.stage.draw();
  }

  /** @param {import("./easel.js").Tool} tool */
  #choose(tool) {
    this.easel.cancel();
    this.easel.tool = tool;
    this.#draw();
  }

  /** @param {number} place Of the slider. */
  #resize(place) {
    this.easel.size = sizeAt(Math.max(0, Math.min(SIZES, place)), this.#sizeMost);
    if (this.stage.cursor) this.stage.cursor = { ...this.stage.cursor, radius: this.easel.radius };
    this.#draw();
  }

  /** @param {number} factor */
  #zoom(factor) {
    const { picture, view, size } = this.stage;
    const middle = { x: size.width / 2, y: size.height / 2 };
    if (picture) this.stage.look(zoomed(view, factor, middle, picture, size));
  }

  /** @param {import("../core/view.js").Point | null} at */
  #hover(at) {
    const brushes = this.easel.tool === "brush" || this.easel.tool === "eraser";
    this.stage.cursor = at && brushes ? { at, radius: this.easel.radius, cross: false } : null;
    this.stage.draw();
  }

  #toggleWindow() {
    if (this.window.open) {
      this.window.close();
      return;
    }
    document.body.append(this.window);
    this.window.append(this.element);
    this.window.showModal();
    this.stage.fit();
    this.stage.canvas.focus();
  }

  #leaveWindow() {
    this.keys.leave();
    this.home.append(this.element);
    this.window.remove();
    this.stage.fit();
    const narrow = matchMedia(NARROW).matches;
    (narrow ? this.open : this.stage.canvas).focus();
  }
}
