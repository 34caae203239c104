/** The list of colours: swatches that are changed, added, taken away and put in order. */

import { button, element, setText, sign } from "../core/dom.js";
import { moved, reorderable } from "../core/reorder.js";
import { showStyled } from "../core/styled.js";
import { count, t } from "../core/words.js";
import { decoded } from "../pictures/preparing.js";
import { follow } from "../pictures/siblings.js";
import { colourOf, dominant } from "./colours.js";
import { palettes } from "./palettes.js";

const PLUS = "M10 4v12M4 10h12";
const CROSS = "M5 5l10 10M15 5L5 15";
const DROPPER = "M12.5 4.5l3 3M11 6l3 3M13 4l1-1a1.8 1.8 0 0 1 3 3l-1 1M12 7.5L5.5 14l-2 2.5 2.5-2L12.5 8";
/** How many colours a picture or a palette gives. */
const TAKEN = 5;
/** A picture is looked at no larger than this: enough to know its colours. */
const LOOKED_AT = 96;
/** What a colour is that is added to none. */
const FIRST = "#2a7f9e";

/** @typedef {import("../pictures/picture.js").Picture} Picture */

export class ColourList {
  /** @type {readonly string[]} */
  #colours = [];
  /** Which of them is shown in the text field; -1 if there are none. */
  #chosen = -1;
  /** @type {Picture | null} The picture beside it. */
  #picture = null;

  /**
   * @param {HTMLElement} root
   * @param {import("../pictures/frame.js").Page & {fields: [string], most: number,
   *   picture?: string}} page `picture` is a field beside it whose picture's colours can be taken.
   */
  constructor(root, page) {
    this.page = page;
    this.fields = page.fields;
    this.field = page.fields[0];
    this.most = page.most;
    const { title = t("Colours"), description = "" } = page.schema?.[this.field] ?? {};
    this.description = description;
    const id = `${page.kind}-${this.field}`;
    const label = element("span", { class: "picture-label", id: `${id}-label` }, t(title));
    this.help = element("p", { class: "picture-hint" });
    this.list = element("ol", { class: "colour-list", "aria-labelledby": label.id });
    this.add = button(sign(PLUS), () => this.#append(), {
      class: "colour-add",
      "aria-label": t("Add a colour"),
      title: t("Add a colour"),
    });
    this.taken = button(t("From the picture"), () => void this.#take(), { class: "picture-button" });
    this.status = element("p", { class: "sr-only", role: "status" });
    this.hex = this.#hexField();
    this.edit = element("div", { class: "colour-edit" }, this.hex, ...this.#dropper(), this.#remover());
    this.block = element(
      "div",
      { class: "colours", id, role: "group", "aria-labelledby": label.id },
      label,
      this.help,
      element("div", { class: "colour-row" }, this.list, this.add),
      this.edit,
      this.#palettes(),
      this.status,
    );
    reorderable(this.list, (from, to) => this.#moved(from, to));
    root.replaceChildren(this.block);
    this.fit({});
    this.#draw();
    if (page.picture) follow(`${page.kind}-${page.picture}`, (picture) => this.#beside(picture));
    else this.#beside(null);
    const sheets = ["../pictures/controls.css", "./colours.css"];
    void showStyled(this.block, ...sheets.map((sheet) => new URL(sheet, import.meta.url)));
  }

  async task() {
    return this.draft();
  }

  draft() {
    return this.#colours.length > 0 ? { [this.field]: [...this.#colours] } : {};
  }

  /** @param {Record<string, any>} task */
  restore(task) {
    /** @type {unknown[]} */
    const given = Array.isArray(task[this.field]) ? task[this.field] : [];
    const colours = given.flatMap((one) => (typeof one === "string" ? [colourOf(one)] : []));
    this.#become(/** @type {string[]} */ (colours.filter(Boolean)), 0);
  }

  /** @param {Record<string, string>} reasons */
  fit(reasons) {
    const why = reasons[this.field] ?? "";
    setText(this.help, why || (this.description && t(this.description)));
    this.block.toggleAttribute("inert", why !== "");
  }

  /** @param {readonly string[]} colours @param {number} chosen */
  #become(colours, chosen) {
    this.#colours = colours.slice(0, this.most);
    this.#chosen = Math.min(chosen, this.#colours.length - 1);
    this.#draw();
  }

  /** By the user. @param {readonly string[]} colours @param {number} chosen */
  #change(colours, chosen) {
    this.#become(colours, chosen);
    this.block.dispatchEvent(new Event("input", { bubbles: true }));
    this.page.changed();
  }

  #append() {
    const last = this.#colours[this.#colours.length - 1] ?? FIRST;
    this.#change([...this.#colours, last], this.#colours.length);
    this.#swatch(this.#chosen)?.focus();
  }

  /** @param {number} at @param {string} colour */
  #set(at, colour) {
    this.#change(this.#colours.map((other, i) => (i === at ? colour : other)), at);
  }

  /** @param {number} at */
  #remove(at) {
    this.#change(this.#colours.filter((_, i) => i !== at), at);
    this.status.textContent = t("The colour was removed.");
    (this.#swatch(this.#chosen) ?? this.add).focus();
  }

  /** @param {number} from @param {number} to */
  #moved(from, to) {
    this.#change(moved(this.#colours, from, to), to);
    this.status.textContent = t("Moved to place {n} of {all}.", { n: to + 1, all: this.#colours.length });
  }

  async #take() {
    const picture = this.#picture;
    if (!picture) return;
    const bitmap = await decoded(picture.blob);
    const shrink = Math.min(1, LOOKED_AT / Math.max(bitmap.width, bitmap.height));
    const canvas = /** @type {HTMLCanvasElement} */ (element("canvas"));
    canvas.width = Math.max(1, Math.round(bitmap.width * shrink));
    canvas.height = Math.max(1, Math.round(bitmap.height * shrink));
    const context = canvas.getContext("2d", { willReadFrequently: true });
    context?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    bitmap.close();
    const pixels = context?.getImageData(0, 0, canvas.width, canvas.height).data;
    if (!pixels) return;
    const colours = dominant(pixels, Math.min(TAKEN, this.most));
    this.#change(colours, 0);
    this.status.textContent = count(colours.length, "{n} colour taken.", "{n} colours taken.");
  }

  /** @param {Picture | null} picture */
  #beside(picture) {
    this.#picture = picture;
    this.taken.hidden = picture === null;
  }

  #hexField() {
    const field = /** @type {HTMLInputElement} */ (
      element("input", { type: "text", class: "picture-input colour-hex", maxlength: "7", spellcheck: "false" })
    );
    field.autocomplete = "off";
    field.addEventListener("input", () => {
      const colour = colourOf(field.value);
      field.setAttribute("aria-invalid", String(colour === null));
      // Three digits are a colour, too, but perhaps one is not at the end yet.
      if (colour && field.value.replace("#", "").length === 6) this.#set(this.#chosen, colour);
    });
    field.addEventListener("change", () => {
      const colour = colourOf(field.value);
      if (colour) this.#set(this.#chosen, colour);
      this.#draw();
    });
    return field;
  }

  /** @returns {HTMLElement[]} Where the browser can take a colour from the screen. */
  #dropper() {
    if (!("EyeDropper" in window)) return [];
    const pick = async () => {
      try {
        const { sRGBHex } = await new /** @type {any} */ (window).EyeDropper().open();
        const colour = colourOf(sRGBHex);
        if (colour) this.#set(this.#chosen, colour);
      } catch (error) {
        // Somebody thought better of it.
        if (!(error instanceof DOMException)) throw error;
      }
    };
    const words = t("Take a colour from the screen");
    return [
      button(sign(DROPPER), () => void pick(), { class: "colour-act", "aria-label": words, title: words }),
    ];
  }

  #remover() {
    const words = t("Remove this colour");
    return button(sign(CROSS), () => this.#remove(this.#chosen), {
      class: "colour-act",
      "aria-label": words,
      title: words,
    });
  }

  #palettes() {
    const row = element("div", { class: "colour-palettes", role: "group", "aria-label": t("Palettes") });
    for (const { name, colours } of palettes()) {
      const strip = element("span", { class: "colour-strip" });
      for (const colour of colours) {
        const part = element("span");
        part.style.background = colour;
        strip.append(part);
      }
      row.append(
        button(strip, () => this.#change(colours, 0), {
          class: "colour-palette",
          "aria-label": t("Palette “{name}”", { name }),
          title: name,
        }),
      );
    }
    row.append(this.taken);
    return row;
  }

  /** @param {number} at */
  #swatch(at) {
    return /** @type {HTMLInputElement | null} */ (this.list.children[at]?.firstElementChild ?? null);
  }

  #makeSwatch() {
    const input = /** @type {HTMLInputElement} */ (
      element("input", { type: "color", class: "colour-swatch", "data-grip": "" })
    );
    const item = element("li", {}, input);
    const at = () => [...this.list.children].indexOf(item);
    input.addEventListener("focus", () => this.#choose(at()));
    input.addEventListener("input", () => this.#set(at(), input.value));
    input.addEventListener("keydown", (event) => {
      if (event.key !== "Delete" && event.key !== "Backspace") return;
      event.preventDefault();
      this.#remove(at());
    });
    return item;
  }

  /** @param {number} at */
  #choose(at) {
    if (this.#chosen === at) return;
    this.#chosen = at;
    this.#draw();
  }

  #draw() {
    const all = this.#colours.length;
    while (this.list.childElementCount > all) this.list.lastElementChild?.remove();
    while (this.list.childElementCount < all) this.list.append(this.#makeSwatch());
    this.#colours.forEach((colour, i) => {
      const swatch = /** @type {HTMLInputElement} */ (this.#swatch(i));
      if (swatch.value !== colour) swatch.value = colour;
      swatch.toggleAttribute("data-chosen", i === this.#chosen);
      const words = t("Colour {n} of {all}, {colour}. Arrow keys move it.", { n: i + 1, all, colour });
      swatch.setAttribute("aria-label", words);
    });
    this.list.hidden = all === 0;
    this.add.hidden = all >= this.most;
    this.edit.hidden = all === 0;
    if (all === 0) return;
    const colour = this.#colours[this.#chosen];
    this.hex.setAttribute("aria-label", t("Colour {n} in hex digits", { n: this.#chosen + 1 }));
    if (document.activeElement !== this.hex || colourOf(this.hex.value) !== colour) this.hex.value = colour;
    this.hex.setAttribute("aria-invalid", "false");
  }
}
