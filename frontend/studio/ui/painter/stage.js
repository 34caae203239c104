/** The stage: the picture with its mask over it, as large as there is room, and what is being drawn. */

import { element } from "../core/dom.js";
import { clipped } from "./shapes.js";
import { fitted, toScreen } from "../core/view.js";

/** The hatch over what is painted: pale and dark beside each other are seen on any picture. */
const HATCH = { side: 12, tint: 0.45, pale: "rgb(255 255 255 / 80%)", dark: "rgb(0 0 0 / 45%)" };

/** Pixels of the screen between what is painted and the line around it. */
const EDGE = 1.25;

/**
 * @typedef {import("../core/view.js").Point} Point
 * @typedef {import("./mask.js").Mask} Mask
 * @typedef {{at: Point, radius: number, cross: boolean}} Cursor A ring in pixels of the picture;
 *   a `cross` marks the one that keys move.
 */

export class Stage {
  /** @type {ImageBitmap | null} */
  picture = null;
  /** @type {Mask | null} */
  mask = null;
  /** @type {Cursor | null} */
  cursor = null;
  /** @type {readonly Point[]} The line of a lasso, or two corners of a rectangle. */
  line = [];
  /** Whether something is being painted at the moment. */
  busy = false;
  #asked = 0;
  /** The view is that of all of the picture, also when the frame changes its size. */
  #fits = true;

  constructor() {
    this.canvas = /** @type {HTMLCanvasElement} */ (element("canvas", { class: "painter-canvas" }));
    this.size = { width: 0, height: 0 };
    this.view = fitted({ width: 1, height: 1 }, this.size);
    /** What is painted, in the colour of the tint; as large as the picture. */
    this.sheet = /** @type {HTMLCanvasElement} */ (element("canvas"));
    /** What is painted, as it lies on the screen. */
    this.layer = /** @type {HTMLCanvasElement} */ (element("canvas"));
    new ResizeObserver(() => this.#resize()).observe(this.canvas);
  }

  /** @param {ImageBitmap | null} picture @param {Mask | null} mask */
  show(picture, mask) {
    this.picture?.close();
    this.picture = picture;
    this.mask = mask;
    this.line = [];
    Object.assign(this.sheet, { width: picture?.width ?? 1, height: picture?.height ?? 1 });
    if (mask) this.repaint(mask.whole);
    this.fit();
  }

  /** See all of the picture. */
  fit() {
    this.#fits = true;
    if (this.picture) this.view = fitted(this.picture, this.size);
    this.draw();
  }

  /** @param {import("../core/view.js").View} view */
  look(view) {
    this.#fits = false;
    this.view = view;
    this.draw();
  }

  /** The mask has changed there. @param {import("./shapes.js").Rect} rect */
  repaint(rect) {
    if (!this.mask) return;
    const { left, top, right, bottom } = clipped(rect, this.mask);
    const [width, height] = [right - left, bottom - top];
    if (width <= 0 || height <= 0) return;
    const image = new ImageData(width, height);
    const pixels = new Uint32Array(image.data.buffer);
    for (let y = 0; y < height; y++) {
      const from = (top + y) * this.mask.width + left;
      const row = this.mask.data.subarray(from, from + width);
      for (let x = 0; x < width; x++) pixels[y * width + x] = row[x] ? 0xffffffff : 0;
    }
    this.sheet.getContext("2d")?.putImageData(image, left, top);
    this.draw();
  }

  /** Draw all of it at the next occasion. */
  draw() {
    this.#asked ||= requestAnimationFrame(() => {
      this.#asked = 0;
      this.#draw();
    });
  }

  #resize() {
    const { clientWidth: width, clientHeight: height } = this.canvas;
    this.size = { width, height };
    for (const canvas of [this.canvas, this.layer]) {
      canvas.width = Math.round(width * devicePixelRatio);
      canvas.height = Math.round(height * devicePixelRatio);
    }
    if (this.#fits && this.picture) this.view = fitted(this.picture, this.size);
    // At once: a canvas that is resized is empty.
    this.#draw();
  }

  #draw() {
    const context = this.canvas.getContext("2d");
    if (!context) return;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    // A canvas that is not shown has no size.
    if (!this.picture || this.canvas.width * this.canvas.height === 0) return;
    this.#place(context);
    context.imageSmoothingEnabled = this.view.scale < 3;
    // What is transparent is white to a model, too.
    context.fillStyle = "white";
    context.fillRect(0, 0, this.picture.width, this.picture.height);
    context.drawImage(this.picture, 0, 0);
    context.setTransform(1, 0, 0, 1, 0, 0);
    const ink = this.layer.getContext("2d");
    if (ink && this.mask) {
      this.#hatch(ink);
      context.drawImage(this.layer, 0, 0);
      // It follows the shape of what is painted once it is; a stroke must not wait for it.
      if (!this.busy) {
        this.#edge(ink);
        context.drawImage(this.layer, 0, 0);
      }
    }
    context.scale(devicePixelRatio, devicePixelRatio);
    if (this.line.length > 1) this.#outline(context, this.line.map((at) => toScreen(this.view, at)));
    if (this.cursor) this.#ring(context, this.cursor);
  }

  /** Draw in pixels of the picture. @param {CanvasRenderingContext2D} context @param {Point} [by] */
  #place(context, by = { x: 0, y: 0 }) {
    const { scale, x, y } = this.view;
    const ratio = devicePixelRatio;
    context.setTransform(scale * ratio, 0, 0, scale * ratio, (x + by.x) * ratio, (y + by.y) * ratio);
  }

  /** Put the hatch on the layer, where something is painted. */
  #hatch(/** @type {CanvasRenderingContext2D} */ ink) {
    this.#silhouette(ink, "copy");
    ink.globalCompositeOperation = "source-in";
    ink.fillStyle = this.#pattern(ink);
    ink.fillRect(0, 0, this.layer.width, this.layer.height);
  }

  /** Put a line on the layer, around what is painted. */
  #edge(/** @type {CanvasRenderingContext2D} */ ink) {
    ink.clearRect(0, 0, this.layer.width, this.layer.height);
    for (const dx of [-EDGE, EDGE]) {
      for (const dy of [-EDGE, EDGE]) this.#silhouette(ink, "source-over", { x: dx, y: dy });
    }
    this.#silhouette(ink, "destination-out");
  }

  /**
   * @param {CanvasRenderingContext2D} ink @param {GlobalCompositeOperation} how
   * @param {Point} [by] In pixels of the screen.
   */
  #silhouette(ink, how, by = { x: 0, y: 0 }) {
    ink.globalCompositeOperation = how;
    this.#place(ink, by);
    ink.imageSmoothingEnabled = false;
    ink.drawImage(this.sheet, 0, 0);
    ink.setTransform(1, 0, 0, 1, 0, 0);
  }

  /** @param {CanvasRenderingContext2D} context */
  #pattern(context) {
    const side = Math.round(HATCH.side * devicePixelRatio);
    const tile = /** @type {HTMLCanvasElement} */ (element("canvas"));
    Object.assign(tile, { width: side, height: side });
    const ink = /** @type {CanvasRenderingContext2D} */ (tile.getContext("2d"));
    ink.globalAlpha = HATCH.tint;
    ink.fillStyle = getComputedStyle(this.canvas).getPropertyValue("--accent") || "teal";
    ink.fillRect(0, 0, side, side);
    ink.globalAlpha = 1;
    ink.lineWidth = devicePixelRatio;
    for (const [color, shift] of /** @type {const} */ ([[HATCH.pale, 0], [HATCH.dark, 1.5]])) {
      ink.strokeStyle = color;
      ink.beginPath();
      for (const start of [-side, 0, side]) {
        const x = start + shift * devicePixelRatio;
        ink.moveTo(x - 1, side + 1);
        ink.lineTo(x + side + 1, -1);
      }
      ink.stroke();
    }
    return context.createPattern(tile, "repeat") ?? "rgb(0 128 128 / 50%)";
  }

  /** @param {CanvasRenderingContext2D} context @param {Point[]} points */
  #outline(context, points) {
    const path = new Path2D();
    for (const { x, y } of points) path.lineTo(x, y);
    path.closePath();
    twice(context, path);
  }

  /** @param {CanvasRenderingContext2D} context @param {Cursor} cursor */
  #ring(context, { at, radius, cross }) {
    const { x, y } = toScreen(this.view, at);
    const path = new Path2D();
    const reach = radius * this.view.scale;
    path.arc(x, y, Math.max(2, reach), 0, 2 * Math.PI);
    if (cross) {
      for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
        path.moveTo(x + dx * (reach + 2), y + dy * (reach + 2));
        path.lineTo(x + dx * (reach + 10), y + dy * (reach + 10));
      }
    }
    twice(context, path);
  }
}

/** A dark line with a pale one in it is seen on any picture. */
function twice(/** @type {CanvasRenderingContext2D} */ context, /** @type {Path2D} */ path) {
  for (const [color, width] of /** @type {const} */ ([["rgb(0 0 0 / 70%)", 3], ["white", 1.25]])) {
    context.strokeStyle = color;
    context.lineWidth = width;
    context.stroke(path);
  }
}
