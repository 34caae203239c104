/** The comparison: two pictures one over the other, parted by a slider, or side by side. */

import { button, element, loadStyles } from "../core/dom.js";
import { t } from "../core/words.js";
import { differencesOf } from "./comparing.js";
import { Dialog } from "./dialog.js";
import { lastingUrl } from "./files.js";
import { linked } from "./pictures.js";

const STEP = 2;
const LEAP = 10;

/**
 * @typedef {import("./pictures.js").Picture} Picture
 * @typedef {{title: string, src: string, picture: Picture | null}} Side
 *   `picture` is null where it was not made here, so that there is nothing to say of it.
 */

/**
 * A picture as one side of a comparison.
 * @param {import("./files.js").Server} api @param {Picture} picture @returns {Side}
 */
export function sideOf(api, picture) {
  const src = linked(picture, api.now()) ? picture.artifact.url : lastingUrl(api, picture);
  return { title: picture.alt, src, picture };
}

export class Comparison {
  #at = 50;

  /**
   * @param {Side} one @param {Side} other
   * @param {Record<string, string>} titles Model name → title.
   */
  constructor(one, other, titles) {
    this.under = picture(other);
    this.over = picture(one);
    this.handle = element("div", {
      class: "compare-handle",
      role: "slider",
      tabindex: "0",
      "aria-label": t("How much of the first picture is seen"),
      "aria-orientation": "horizontal",
      "aria-valuemin": "0",
      "aria-valuemax": "100",
    });
    this.frame = element("div", { class: "compare-frame" }, this.under, this.over, this.handle);
    this.slide = button(t("Slider"), () => this.#lay(false), { class: "deed" });
    this.beside = button(t("Side by side"), () => this.#lay(true), { class: "deed" });
    this.dialog = new Dialog(
      { title: t("Compare"), kind: "compare" },
      element("div", { class: "leaf-deeds" }, this.slide, this.beside),
      this.frame,
      element(
        "div",
        { class: "compare-titles" },
        element("p", {}, one.title),
        element("p", {}, other.title),
      ),
      ...differences(one, other, titles),
    );
    this.handle.addEventListener("keydown", (event) => this.#keyed(event));
    this.frame.addEventListener("pointerdown", (event) => this.#grasped(event));
    this.over.addEventListener("load", () => this.#shape());
    this.#lay(false);
    this.#part(50);
  }

  /** @param {import("./front.js").Front} front */
  async open(front) {
    await loadStyles(new URL("./compare.css", import.meta.url));
    front.open(this.dialog);
    this.handle.focus();
  }

  /** The frame has the shape of the first picture; the second is seen whole in it. */
  #shape() {
    const { naturalWidth, naturalHeight } = this.over;
    if (naturalHeight > 0) {
      this.frame.style.setProperty("--ratio", String(naturalWidth / naturalHeight));
    }
  }

  /** @param {boolean} beside */
  #lay(beside) {
    this.frame.classList.toggle("beside", beside);
    this.slide.setAttribute("aria-pressed", String(!beside));
    this.beside.setAttribute("aria-pressed", String(beside));
  }

  /** @param {number} at Percent. */
  #part(at) {
    this.#at = Math.min(100, Math.max(0, at));
    const shown = Math.round(this.#at);
    this.frame.style.setProperty("--at", `${this.#at}%`);
    this.handle.setAttribute("aria-valuenow", String(shown));
    this.handle.setAttribute("aria-valuetext", t("{n} percent", { n: shown }));
  }

  /** @param {KeyboardEvent} event */
  #keyed(event) {
    const to = {
      ArrowLeft: this.#at - STEP,
      ArrowDown: this.#at - STEP,
      ArrowRight: this.#at + STEP,
      ArrowUp: this.#at + STEP,
      PageDown: this.#at - LEAP,
      PageUp: this.#at + LEAP,
      Home: 0,
      End: 100,
    }[event.key];
    if (to === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    this.#part(to);
  }

  /** Wherever one takes hold, the line comes to the hand. @param {PointerEvent} event */
  #grasped(event) {
    if (event.button !== 0 || this.frame.classList.contains("beside")) return;
    event.preventDefault();
    const { frame } = this;
    const follow = (/** @type {PointerEvent} */ { clientX }) => {
      const { left, width } = frame.getBoundingClientRect();
      this.#part(((clientX - left) / width) * 100);
    };
    frame.setPointerCapture(event.pointerId);
    frame.addEventListener("pointermove", follow);
    frame.addEventListener("lostpointercapture", () => {
      frame.removeEventListener("pointermove", follow);
    }, { once: true });
    this.handle.focus();
    follow(event);
  }
}

/** @param {Side} side */
function picture({ title, src }) {
  return /** @type {HTMLImageElement} */ (
    element("img", { class: "compare-picture", src, alt: title, draggable: "false" })
  );
}

/** @param {Side} one @param {Side} other @param {Record<string, string>} titles */
function differences(one, other, titles) {
  if (!one.picture || !other.picture) return [];
  const found = differencesOf(one.picture, other.picture, titles);
  if (found.length === 0) return [element("p", {}, t("Both have the same settings."))];
  const rows = found.map(({ label, one: here, other: there }) => element(
    "tr",
    {},
    element("th", { scope: "row" }, label),
    element("td", {}, here),
    element("td", {}, there),
  ));
  return [element(
    "table",
    { class: "compare-differences" },
    element("caption", { class: "sr-only" }, t("What differs")),
    ...rows,
  )];
}
