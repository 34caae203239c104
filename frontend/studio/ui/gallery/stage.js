/** The stage: one picture, large, to go into and move about with mouse, fingers or keys. */

import { button, element, setText, sign } from "../core/dom.js";
import { fitted, panned, pinched, zoomed as nearer } from "../core/view.js";
import { t } from "../core/words.js";

const STEP = 1.5;
const PAN = 80;
/** How far a finger must go to turn to another picture. */
const SWIPE = 60;
/** How far a press may stray and still be a click. */
const STRAY = 5;
/** A small picture is not blown up; a pixel may become so large. */
const FRAME = { margin: 0, fitMost: 1, scaleMost: 4 };
/** Close up is a pixel for a pixel, or so much larger than the whole where that is hardly more. */
const CLOSE_UP = 2;

const PLUS = "M10 4v12M4 10h12";
const MINUS = "M4 10h12";
const WHOLE_SIGN = "M4 8V4h4M16 8V4h-4M4 12v4h4M16 12v4h-4";

/**
 * @typedef {import("./pictures.js").Picture} Picture
 * @typedef {import("../core/view.js").Point} Point From the upper left corner of the floor.
 */

export class Stage {
  /** @type {import("../core/view.js").View} */
  #view = { scale: 1, x: 0, y: 0 };
  /** @type {Map<number, PointerEvent>} What is pressed, by pointer. */
  #pressed = new Map();
  #travelled = 0;
  #swiped = 0;
  /** What is shown, whatever link it came by. */
  #shown = "";
  #size = { width: 1, height: 1 };
  /** The view of all of it. */
  #whole = this.#view;

  /** @param {{turn: (by: -1 | 1) => void, failed: () => void}} doings */
  constructor({ turn, failed }) {
    this.turn = turn;
    this.thumbnail = /** @type {HTMLImageElement} */ (
      element("img", { class: "stage-thumbnail", alt: "", draggable: "false" })
    );
    this.full = /** @type {HTMLImageElement} */ (
      element("img", { class: "stage-full", draggable: "false" })
    );
    this.full.addEventListener("load", () => this.#arrived());
    this.full.addEventListener("error", () => {
      this.#shown = "";
      failed();
    });
    this.sheet = element("div", { class: "stage-sheet" }, this.thumbnail, this.full);
    this.words = element("p", { class: "stage-words" });
    this.out = button(sign(MINUS), () => this.zoom(1 / STEP), { "aria-label": t("Zoom out") });
    this.whole = button(sign(WHOLE_SIGN), () => this.reset(), {
      "aria-label": t("Show the whole picture"),
    });
    this.into = button(sign(PLUS), () => this.zoom(STEP), { "aria-label": t("Zoom in") });
    this.tools = element("div", { class: "stage-tools" }, this.out, this.whole, this.into);
    this.floor = element("div", { class: "stage-floor" }, this.sheet);
    this.root = element("div", { class: "stage" }, this.floor, this.words, this.tools);
    this.#listen();
    new ResizeObserver(() => {
      const { zoomed } = this;
      this.#whole = fitted(this.#size, this.#frame);
      if (zoomed) this.#move(0, 0);
      else this.reset();
    }).observe(this.floor);
  }

  get zoomed() {
    return this.#view.scale > this.#whole.scale * 1.001;
  }

  /**
   * @param {Picture} picture
   * @param {boolean} linked Whether its links can be used.
   * @param {string} words What to say where there is no picture.
   */
  show(picture, linked, words) {
    const { artifact } = picture;
    setText(this.words, words);
    this.sheet.hidden = this.tools.hidden = artifact === null;
    if (!artifact || !linked || artifact.sha256 === this.#shown) return;
    this.#shown = artifact.sha256;
    this.#size = { width: artifact.width, height: artifact.height };
    this.full.classList.remove("here");
    this.thumbnail.hidden = false;
    this.thumbnail.src = artifact.thumbnail_url;
    this.full.alt = picture.alt;
    this.full.src = artifact.url;
    this.reset();
  }

  /** Make ready for another picture. */
  clear() {
    this.#shown = "";
    this.full.removeAttribute("src");
    this.thumbnail.removeAttribute("src");
  }

  reset() {
    this.#whole = fitted(this.#size, this.#frame);
    this.#set(this.#whole);
  }

  /** @param {number} factor @param {Point} [at] The middle, if it is not said. */
  zoom(factor, at) {
    const { width, height } = this.#frame;
    const about = at ?? { x: width / 2, y: height / 2 };
    this.#set(nearer(this.#view, factor, about, this.#size, this.#frame));
  }

  /** Whether the key was meant for the stage. @param {string} key */
  keyed(key) {
    if (key === "+" || key === "=") this.zoom(STEP);
    else if (key === "-") this.zoom(1 / STEP);
    else if (key === "0") this.reset();
    else if (!this.zoomed) return false;
    else if (key === "ArrowLeft") this.#move(PAN, 0);
    else if (key === "ArrowRight") this.#move(-PAN, 0);
    else if (key === "ArrowUp") this.#move(0, PAN);
    else if (key === "ArrowDown") this.#move(0, -PAN);
    else return false;
    return true;
  }

  #arrived() {
    this.full.classList.add("here");
    // Through a picture without background the small one would show.
    this.thumbnail.hidden = true;
  }

  get #frame() {
    const { clientWidth: width, clientHeight: height } = this.floor;
    return { width: width || 1, height: height || 1, ...FRAME };
  }

  /** @param {number} x @param {number} y */
  #move(x, y) {
    this.#set(panned(this.#view, { x, y }, this.#size, this.#frame));
  }

  /** @param {import("../core/view.js").View} view */
  #set(view) {
    this.#view = view;
    const whole = this.#whole.scale;
    const { style } = this.sheet;
    style.width = `${this.#size.width * whole}px`;
    style.height = `${this.#size.height * whole}px`;
    const [x, y, grown] = [view.x + this.#swiped, view.y, view.scale / whole];
    style.transform = `translate(${x}px, ${y}px) scale(${grown})`;
    this.root.classList.toggle("zoomed", this.zoomed);
    this.out.disabled = this.whole.disabled = !this.zoomed;
  }

  /** Where an event is on the floor. @param {{clientX: number, clientY: number}} event */
  #at({ clientX, clientY }) {
    const { left, top } = this.floor.getBoundingClientRect();
    return { x: clientX - left, y: clientY - top };
  }

  #listen() {
    const { floor } = this;
    floor.addEventListener("wheel", (event) => {
      event.preventDefault();
      // A pinch on a touchpad comes as a wheel with Ctrl held, in small steps.
      const speed = event.ctrlKey ? 0.01 : event.deltaMode === 1 ? 0.06 : 0.002;
      this.zoom(Math.exp(-event.deltaY * speed), this.#at(event));
    }, { passive: false });
    floor.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      if (this.#pressed.size === 0) this.#travelled = 0;
      this.#pressed.set(event.pointerId, event);
      floor.setPointerCapture(event.pointerId);
    });
    floor.addEventListener("pointermove", (event) => this.#dragged(event));
    floor.addEventListener("pointerup", (event) => this.#lifted(event));
    floor.addEventListener("pointercancel", (event) => {
      this.#pressed.delete(event.pointerId);
      this.#swiped = 0;
      this.#move(0, 0);
    });
  }

  /** @param {PointerEvent} event */
  #dragged(event) {
    const before = this.#pressed.get(event.pointerId);
    if (!before) return;
    const other = [...this.#pressed.values()].find(({ pointerId }) => pointerId !== event.pointerId);
    this.#pressed.set(event.pointerId, event);
    const by = { x: event.clientX - before.clientX, y: event.clientY - before.clientY };
    this.#travelled += Math.hypot(by.x, by.y);
    if (other) {
      const rests = this.#at(other);
      const [from, to] = [this.#at(before), this.#at(event)];
      this.#swiped = 0;
      this.#set(pinched(this.#view, [from, rests], [to, rests], this.#size, this.#frame));
    } else if (this.zoomed) {
      this.#move(by.x, by.y);
    } else if (event.pointerType === "touch") {
      this.#swiped += by.x;
      this.#set(this.#view);
    }
  }

  /** @param {PointerEvent} event */
  #lifted(event) {
    if (!this.#pressed.delete(event.pointerId) || this.#pressed.size > 0) return;
    const swiped = this.#swiped;
    this.#swiped = 0;
    this.#set(this.#view);
    if (Math.abs(swiped) > SWIPE) this.turn(swiped < 0 ? 1 : -1);
    else if (this.#travelled < STRAY && !this.sheet.hidden) this.#clicked(event);
  }

  /** @param {PointerEvent} event */
  #clicked(event) {
    if (this.zoomed) this.reset();
    else this.zoom(Math.max(CLOSE_UP, 1 / this.#whole.scale), this.#at(event));
  }
}
