/** The style choice: looks that the whole picture can take on, as small pictures. */

import { element } from "../core/dom.js";
import { mark, t } from "../core/words.js";

/** In the order in which they stand in styles.webp, the picture of them all. */
const STYLES = Object.freeze({
  "": mark("None"),
  "3d_animated_family_film": mark("3D film"),
  design_sketch: mark("Sketch"),
  flat_vector_illustration: mark("Flat vector"),
  graphic_novel_illustration: mark("Graphic novel"),
  maximalism: mark("Maximalism"),
  midcentury_retro: mark("Midcentury"),
  photorealism: mark("Photograph"),
  soft_digital_painting: mark("Soft painting"),
});

/** What a style is called. @param {string} style */
export function styleTitle(style) {
  return t(STYLES[/** @type {keyof typeof STYLES} */ (style)] ?? style);
}

/** @typedef {import("./state.js").Widget} Widget */

/** @implements {Widget} */
export class StyleChoice {
  fields = Object.freeze(["style"]);
  /** @type {Map<string, HTMLInputElement>} */
  #radios = new Map();

  /** @param {HTMLElement} root @param {{kind: string, changed: () => void}} setting */
  constructor(root, { kind, changed }) {
    this.note = element("p", { class: "field-note", id: `${kind}-style-note` });
    this.group = /** @type {HTMLFieldSetElement} */ (
      element(
        "fieldset",
        { class: "styles", id: `${kind}-style`, "aria-describedby": this.note.id },
        element("legend", {}, t("Style")),
      )
    );
    Object.keys(STYLES).forEach((value, place) => {
      const radio = /** @type {HTMLInputElement} */ (
        element("input", { type: "radio", name: `${kind}-style-choice`, value })
      );
      radio.addEventListener("change", changed);
      this.#radios.set(value, radio);
      const tile = element("span", { class: "style-tile", "data-place": String(place) });
      this.group.append(element("label", {}, radio, tile, element("span", {}, styleTitle(value))));
    });
    root.replaceChildren(this.group, this.note);
    this.restore({});
    this.fit({});
  }

  get #chosen() {
    return [...this.#radios].find(([, { checked }]) => checked)?.[0] ?? "";
  }

  async task() {
    return this.draft();
  }

  /** @returns {{style?: string}} */
  draft() {
    return this.#chosen && !this.group.disabled ? { style: this.#chosen } : {};
  }

  /** @param {Record<string, any>} task */
  restore({ style }) {
    const radio = this.#radios.get(style ?? "") ?? this.#radios.get("");
    if (radio) radio.checked = true;
  }

  /** @param {Record<string, string>} reasons */
  fit({ style = "" }) {
    this.group.disabled = style !== "";
    this.note.textContent = style;
    this.note.hidden = style === "";
  }
}
