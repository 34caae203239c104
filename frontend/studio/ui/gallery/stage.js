/** The stage: one picture, large, to go into and move about with mouse, fingers or keys. */

import { button, element, setText, sign } from "../core/dom.js";
import { t } from "../core/words.js";
import { closeUp, fitted, moved, WHOLE, zoomed } from "./view.js";

const STEP = 1.5;
const PAN = 80;
/** How far a finger must go to turn to another picture. */
const SWIPE = 60;
/** How far a press may stray and still be a click. */
const STRAY = 5;

const PLUS = "M10 4v12M4 10h12";
const MINUS = "M4 10h12";
const WHOLE_SIGN = "M4 8V4h4M16 8V4h-4M4 12v4h4M16 12v4h-4";

/** @typedef {import("./pictures.js").Picture} Picture */

export class Stage {
  /** @type {import("./view.js").View} */
  #view = WHOLE;
  /** @type {Map<number, PointerEvent>} What is pressed, by pointer. */
  #pressed = new Map();
  #travelled = 0;
  #swiped = 0;
  /** What is shown, whatever link it came by. */
  #shown = "";
  #size = { width: 1, height: 1 };

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
    new ResizeObserver(() => this.#set(moved(this.#view, { x: 0, y: 0 }, this.#sizes()))).observe(
      this.floor,
    );
  }

  get zoomed() {
    return this.#view.scale > 1;
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
    this.#set(WHOLE);
  }

  /** @param {number} factor @param {import("./view.js").Point} [at] */
  zoom(factor, at = { x: 0, y: 0 }) {
    this.#set(zoomed(this.#view, factor, at, this.#sizes()));
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

  #sizes() {
    const { clientWidth: width, clientHeight: height } = this.floor;
    return { picture: this.#size, stage: { width: width || 1, height: height || 1 } };
  }

  /** @param {number} x @param {number} y */
  #move(x, y) {
    this.#set(moved(this.#view, { x, y }, this.#sizes()));
  }

  /** @param {import("./view.js").View} view */
  #set(view) {
    this.#view = view;
    const { picture, stage } = this.#sizes();
    const { width, height } = fitted(picture, stage);
    const { style } = this.sheet;
    style.width = `${width}px`;
    style.height = `${height}px`;
    style.transform = `translate(${view.x + this.#swiped}px, ${view.y}px) scale(${view.scale})`;
    this.root.classList.toggle("zoomed", this.zoomed);
    this.out.disabled = this.whole.disabled = !this.zoomed;
  }

  /** Where an event is, from the middle of the stage. @param {{clientX: number, clientY: number}} e */
  #at({ clientX, clientY }) {
    const { left, top, width, height } = this.floor.getBoundingClientRect();
    return { x: clientX - left - width / 2, y: clientY - top - height / 2 };
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
      const middle = this.#at({
        clientX: (event.clientX + other.clientX) / 2,
        clientY: (event.clientY + other.clientY) / 2,
      });
      this.#swiped = 0;
      this.zoom(apart(event, other) / Math.max(1, apart(before, other)), middle);
      this.#move(by.x / 2, by.y / 2);
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
    else this.zoom(closeUp(this.#sizes()), this.#at(event));
  }
}

/** @param {PointerEvent} a @param {PointerEvent} b */
function apart(a, b) {
  return Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY);
}
