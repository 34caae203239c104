/** The hand: what a mouse, a pen, or fingers do on the stage. */

import { panned, pinched, toPicture, zoomed } from "../core/view.js";

/** How much a notch of the wheel zooms. */
const WHEEL = 0.0015;

/**
 * @typedef {import("../core/view.js").Point} Point
 * @typedef {object} Work What is done with the points, in pixels of the picture.
 * @property {(at: Point, how: {erase: boolean}) => void} begin
 * @property {(points: readonly Point[]) => void} go
 * @property {() => void} end
 * @property {() => void} cancel
 * @property {(at: Point | null) => void} hover Null: it has left.
 */

export class Hand {
  /** @type {Map<number, Point>} Fingers and buttons that are down, in pixels of the screen. */
  #down = new Map();
  /** @type {"work" | "pan" | "pinch" | null} */
  #does = null;
  #space = false;

  /**
   * @param {import("./stage.js").Stage} stage
   * @param {Work} work
   * @param {() => boolean} wheels Whether the wheel is ours, and not the page's.
   */
  constructor(stage, work, wheels) {
    this.stage = stage;
    this.work = work;
    this.wheels = wheels;
    const { canvas } = stage;
    canvas.addEventListener("pointerdown", (event) => this.#press(event));
    canvas.addEventListener("pointermove", (event) => this.#move(event));
    canvas.addEventListener("pointerup", (event) => this.#lift(event));
    canvas.addEventListener("pointercancel", (event) => this.#lift(event, true));
    canvas.addEventListener("pointerleave", () => this.work.hover(null));
    canvas.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    canvas.addEventListener("contextmenu", (event) => {
      if (this.#does) event.preventDefault();
    });
  }

  /** Whether the space bar is held: then one drags the picture. @param {boolean} yes */
  set space(yes) {
    this.#space = yes;
    this.stage.canvas.toggleAttribute("data-pan", yes);
  }

  /** @param {PointerEvent} event */
  #press(event) {
    if (!this.stage.picture || ![0, 1, 5].includes(event.button)) return;
    this.stage.canvas.setPointerCapture(event.pointerId);
    this.#down.set(event.pointerId, this.#screen(event));
    if (this.#down.size === 2) {
      // What the first finger began was the beginning of a pinch.
      if (this.#does === "work") this.work.cancel();
      this.#does = "pinch";
    } else if (this.#down.size === 1) {
      if (this.#space || event.button === 1) {
        this.#does = "pan";
        event.preventDefault();
      } else {
        this.#does = "work";
        // A pen's other end is an eraser.
        this.work.begin(this.#picture(event), { erase: event.button === 5 || event.altKey });
      }
    }
  }

  /** @param {PointerEvent} event */
  #move(event) {
    const { stage } = this;
    if (!stage.picture) return;
    const before = this.#down.get(event.pointerId);
    const now = this.#screen(event);
    if (event.pointerType !== "touch" || this.#does === "work") this.work.hover(this.#picture(event));
    if (!before) return;
    if (this.#does === "work") {
      const passed = event.getCoalescedEvents?.() ?? [];
      const points = (passed.length > 0 ? passed : [event]).map((each) => this.#picture(each));
      this.work.go(points);
    } else if (this.#does === "pan") {
      const by = { x: now.x - before.x, y: now.y - before.y };
      stage.look(panned(stage.view, by, stage.picture, stage.size));
    } else if (this.#does === "pinch" && this.#down.size === 2) {
      const [a, b] = [...this.#down.keys()];
      const from = /** @type {[Point, Point]} */ ([this.#down.get(a), this.#down.get(b)]);
      const to = /** @type {[Point, Point]} */ ([a, b].map((id) =>
        id === event.pointerId ? now : this.#down.get(id),
      ));
      stage.look(pinched(stage.view, from, to, stage.picture, stage.size));
    }
    this.#down.set(event.pointerId, now);
  }

  /** @param {PointerEvent} event @param {boolean} [broken] */
  #lift(event, broken = false) {
    if (!this.#down.delete(event.pointerId)) return;
    if (this.#does === "work") {
      if (broken) this.work.cancel();
      else this.work.end();
    }
    // The last finger of a pinch paints nothing.
    if (this.#does !== "pinch" || this.#down.size === 0) this.#does = null;
    if (event.pointerType === "touch") this.work.hover(null);
  }

  /** @param {WheelEvent} event */
  #wheel(event) {
    const { stage } = this;
    if (!stage.picture || !(event.ctrlKey || this.wheels())) return;
    // Where the picture cannot grow or shrink any more, the page scrolls on.
    const view = zoomed(
      stage.view,
      Math.exp(-event.deltaY * WHEEL * (event.deltaMode === 1 ? 20 : 1) * (event.ctrlKey ? 4 : 1)),
      this.#screen(event),
      stage.picture,
      stage.size,
    );
    if (view.scale === stage.view.scale && !event.ctrlKey) return;
    event.preventDefault();
    stage.look(view);
  }

  /** @param {MouseEvent} event @returns {Point} Within the canvas. */
  #screen(event) {
    const { left, top } = this.stage.canvas.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  }

  /** @param {MouseEvent} event @returns {Point} */
  #picture(event) {
    return toPicture(this.stage.view, this.#screen(event));
  }
}
