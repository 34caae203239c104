/** The easel: a mask under work, the tools that paint it, and what they did. */

import { History } from "./history.js";
import { CHANGE, KEEP, Mask } from "./mask.js";
import { enclosed, rectangle, stroke } from "./shapes.js";

/**
 * @typedef {import("./shapes.js").Point} Point
 * @typedef {import("./shapes.js").Rect} Rect
 * @typedef {import("./shapes.js").Shape} Shape
 * @typedef {"brush" | "eraser" | "lasso" | "rectangle"} Tool
 * @typedef {object} Watch
 * @property {(rect: Rect) => void} repaint The mask has changed there.
 * @property {(points: readonly Point[]) => void} outline What is being drawn around, or nothing.
 * @property {() => void} changed A step was done, undone, or done again.
 */

/** A brush covers at least the pixel that it is on. */
const RADIUS_LEAST = 0.75;

export class Easel {
  /** @type {Tool} */
  tool = "brush";
  /** Across the brush, in pixels of the picture. */
  size = 40;
  /** @type {Mask | null} */
  mask = null;
  /** @type {History | null} */
  #history = null;
  /** @type {{points: Point[], value: number} | null} The step that is under way. */
  #step = null;

  /** @param {Watch} watch */
  constructor(watch) {
    this.watch = watch;
  }

  /** A new mask of a size, without a history. @param {number} width @param {number} height */
  begin(width, height) {
    this.#step = null;
    this.mask = new Mask(width, height);
    this.#history = new History(this.mask);
  }

  /** There is nothing to paint on any more. */
  end() {
    this.#step = null;
    this.mask = null;
    this.#history = null;
  }

  get canUndo() {
    return this.#history?.canUndo ?? false;
  }

  get canRedo() {
    return this.#history?.canRedo ?? false;
  }

  /** Whether a stroke or an outline has begun. */
  get busy() {
    return this.#step !== null;
  }

  get radius() {
    return Math.max(RADIUS_LEAST, this.size / 2);
  }

  /** Put the tool down. @param {Point} at @param {{erase?: boolean}} [how] */
  press(at, { erase = false } = {}) {
    if (!this.mask) return;
    this.cancel();
    const value = erase || this.tool === "eraser" ? KEEP : CHANGE;
    this.#step = { points: [at], value };
    this.#history?.begin();
    if (this.#brushes) this.#paint(stroke(at, at, this.radius), value);
  }

  /** Move it on. @param {readonly Point[]} points */
  move(points) {
    const step = this.#step;
    if (!step) return;
    for (const at of points) {
      if (this.#brushes) {
        const last = step.points[step.points.length - 1];
        this.#paint(stroke(last, at, this.radius), step.value);
        step.points = [at];
      } else if (this.tool === "lasso") step.points.push(at);
      else step.points = [step.points[0], at];
    }
    if (!this.#brushes) this.watch.outline(this.#corners(step.points));
  }

  /** Lift it: what a line encloses is filled. */
  lift() {
    const step = this.#step;
    if (!step) return;
    const [first, last] = [step.points[0], step.points[step.points.length - 1]];
    if (this.tool === "rectangle") this.#paint(rectangle(first, last), step.value);
    if (this.tool === "lasso") this.#paint(enclosed(step.points), step.value);
    this.#step = null;
    this.#history?.end();
    this.watch.outline([]);
    this.watch.changed();
  }

  /** What has begun is not done after all. */
  cancel() {
    if (!this.#step) return;
    this.#step = null;
    this.#repaint(this.#history?.cancel());
    this.watch.outline([]);
  }

  undo() {
    this.cancel();
    this.#repaint(this.#history?.undo());
    this.watch.changed();
  }

  redo() {
    this.cancel();
    this.#repaint(this.#history?.redo());
    this.watch.changed();
  }

  invert() {
    this.#all((mask) => mask.invert());
  }

  clear() {
    this.#all((mask) => mask.clear());
  }

  /** Show a mask that was painted before: it is where one begins. @param {Uint8Array} data */
  load(data) {
    if (!this.mask) return;
    this.begin(this.mask.width, this.mask.height);
    this.mask.data.set(data);
    this.#repaint(this.mask.whole);
  }

  get #brushes() {
    return this.tool === "brush" || this.tool === "eraser";
  }

  /** @param {Point[]} points */
  #corners(points) {
    if (this.tool !== "rectangle") return points;
    const [a, b] = [points[0], points[points.length - 1]];
    return [a, { x: b.x, y: a.y }, b, { x: a.x, y: b.y }];
  }

  /** @param {Shape} shape @param {number} value */
  #paint(shape, value) {
    this.#history?.touch(shape.rect);
    this.mask?.paint(shape, value);
    this.#repaint(shape.rect);
  }

  /** @param {(mask: Mask) => void} change */
  #all(change) {
    if (!this.mask || !this.#history) return;
    this.cancel();
    this.#history.begin();
    this.#history.touch(this.mask.whole);
    change(this.mask);
    this.#history.end();
    this.#repaint(this.mask.whole);
    this.watch.changed();
  }

  /** @param {Rect | null | undefined} rect */
  #repaint(rect) {
    if (rect) this.watch.repaint(rect);
  }
}
