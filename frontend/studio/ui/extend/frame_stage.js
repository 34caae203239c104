/** The frame on its stage: the picture where it is, and around it what is to be painted. */

import { element } from "../core/dom.js";
import { t } from "../core/words.js";
import { placed, scaleFor } from "./frame_view.js";
import { makeHandles } from "./handles.js";
import { pulled, shifted, snapped } from "./margins.js";

/** From so many pixels of the screen a side is drawn to what it can hold on to. */
const REACH = 7;

/**
 * @typedef {import("./margins.js").Margins} Margins
 * @typedef {import("./margins.js").Side} Side
 * @typedef {import("../pictures/picture.js").Picture} Picture
 */

export class FrameStage {
  /** @type {Picture | null} */
  #picture = null;
  /** @type {Margins} */
  #margins;
  /**
   * Somebody drags: what they pulled, not yet whole; and the picture's place, if that stays.
   * @type {{scale: number, raw: Margins, at: {x: number, y: number} | null} | null}
   */
  #drag = null;

  /**
   * @param {Margins} margins
   * @param {(margins: Margins) => void} changed
   */
  constructor(margins, changed) {
    this.#margins = margins;
    this.changed = changed;
    const { grips, picture } = makeHandles({
      begin: (sides) => this.#begin(sides),
      drag: (sides, by) => this.#dragged(sides, by),
      step: (sides, by) => this.#step(sides, by),
      end: () => this.#end(),
    });
    this.image = /** @type {HTMLImageElement} */ (
      element("img", { alt: "", draggable: "false" })
    );
    picture.append(this.image);
    this.handle = picture;
    this.shape = element("span", { class: "extend-shape" });
    this.frame = element("div", { class: "extend-frame" }, picture, ...grips, this.shape);
    this.element = element("div", { class: "extend-stage" }, this.frame);
    this.element.setAttribute("role", "group");
    this.element.setAttribute("aria-label", t("The frame around the picture"));
    new ResizeObserver(() => this.#draw()).observe(this.element);
  }

  /** @param {Picture | null} picture */
  show(picture) {
    this.#picture = picture;
    if (picture) this.image.src = picture.url;
    else this.image.removeAttribute("src");
    this.#draw();
  }

  /** @param {Margins} margins */
  set margins(margins) {
    this.#margins = margins;
    this.#draw();
  }

  /** @param {readonly Side[]} sides */
  #begin(sides) {
    if (!this.#picture) return;
    const scale = scaleFor(this.#picture, this.#margins, this.#size, null);
    const { frame, picture } = placed(this.#picture, this.#margins, this.#size, scale);
    const at = { x: frame.left + picture.left, y: frame.top + picture.top };
    this.#drag = { scale, raw: this.#margins, at: sides.length > 0 ? at : null };
    this.element.toggleAttribute("data-dragged", true);
  }

  /** @param {readonly Side[]} sides @param {{x: number, y: number}} by */
  #dragged(sides, by) {
    const drag = this.#drag;
    if (!drag || !this.#picture) return;
    const moved = { x: by.x / drag.scale, y: by.y / drag.scale };
    if (sides.length === 0) {
      // It goes where the pointer goes; the whole stays as large as it is.
      drag.raw = pulled(drag.raw, ["left", "up"], { x: -moved.x, y: -moved.y });
      const kept = { x: drag.raw.left - this.#margins.left, y: drag.raw.up - this.#margins.up };
      this.#become(shifted(this.#margins, kept), "");
    } else {
      drag.raw = pulled(drag.raw, sides, moved);
      const { margins, shape } = snapped(drag.raw, sides, this.#picture, REACH / drag.scale);
      this.#become(margins, shape);
    }
  }

  /** @param {readonly Side[]} sides @param {{x: number, y: number}} by */
  #step(sides, by) {
    if (!this.#picture) return;
    const { margins } = snapped(pulled(this.#margins, sides, by), sides, this.#picture, 0);
    this.#become(sides.length === 0 ? shifted(this.#margins, by) : margins, "");
  }

  #end() {
    this.#drag = null;
    this.element.removeAttribute("data-dragged");
    this.shape.textContent = "";
    this.#draw();
  }

  /** @param {Margins} margins @param {string} shape What the whole has become. */
  #become(margins, shape) {
    this.#margins = margins;
    this.shape.textContent = shape;
    this.#draw();
    this.changed(margins);
  }

  get #size() {
    return { width: this.element.clientWidth, height: this.element.clientHeight };
  }

  #draw() {
    const [picture, drag] = [this.#picture, this.#drag];
    if (!picture || this.element.clientWidth === 0) return;
    const scale = scaleFor(picture, this.#margins, this.#size, drag?.scale ?? null);
    const boxes = placed(picture, this.#margins, this.#size, scale, drag?.at);
    if (drag?.at) {
      drag.at = { x: boxes.frame.left + boxes.picture.left, y: boxes.frame.top + boxes.picture.top };
    }
    if (drag) drag.scale = scale;
    // A finger that cannot move the picture up or down scrolls the page.
    this.handle.style.touchAction = this.#margins.up + this.#margins.down > 0 ? "none" : "pan-y";
    lay(this.frame, boxes.frame);
    lay(this.handle, boxes.picture);
  }
}

/** @param {HTMLElement} node @param {import("./frame_view.js").Box} box */
function lay(node, { left, top, width, height }) {
  Object.assign(node.style, {
    left: `${left}px`,
    top: `${top}px`,
    width: `${width}px`,
    height: `${height}px`,
  });
}
