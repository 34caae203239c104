/** A picture and the part of it that changes: painted over, or named in words. */

import { element } from "../core/dom.js";
import { showStyled } from "../core/styled.js";
import { t } from "../core/words.js";
import { PictureBlock } from "../pictures/block.js";
import { Either } from "../pictures/either.js";
import { isLost, refusal } from "../pictures/frame.js";
import { PaintedMask } from "./painted_mask.js";

export class MaskedPicture {
  fields = Object.freeze(["image", "mask", "mask_prompt"]);
  /** @type {{named?: any, url?: string}} The mask that goes with the picture that is being loaded. */
  #pending = {};

  /**
   * @param {HTMLElement} root
   * @param {import("../pictures/frame.js").Page & {words_keep?: boolean}} page
   *   `words_keep`: what the words name is what stays, and all else changes.
   */
  constructor(root, page) {
    const { kind, words_keep: keeps = false } = page;
    this.picture = new PictureBlock(page, "image");
    this.mask = new PaintedMask(page, "mask", () => this.#changed());
    this.words = /** @type {HTMLInputElement} */ (
      element("input", { type: "text", class: "picture-input", autocomplete: "off" })
    );
    this.words.placeholder = keeps ? t("such as “the dog”") : t("such as “the red car”");
    this.words.setAttribute("aria-label", keeps ? t("What is kept") : t("What changes"));
    this.words.addEventListener("input", () => this.#changed());
    this.where = new Either({
      name: `${kind}-where`,
      title: keeps ? t("What is replaced") : t("What changes"),
      options: [
        {
          value: "mask",
          words: t("Paint it"),
          hint: keeps
            ? t("Paint over what is replaced; or paint the subject, and invert.")
            : t("Paint over what changes."),
          body: this.mask.painter.home,
          id: `${kind}-mask`,
        },
        {
          value: "mask_prompt",
          words: t("Describe it"),
          hint: keeps ? t("Name the subject: it is kept.") : t("Name what changes."),
          body: this.words,
          id: `${kind}-mask_prompt`,
        },
      ],
      chosen: (way) => {
        this.picture.bare = way === "mask";
      },
      changed: () => this.#changed(),
    });
    this.picture.watch(() => this.#begin());
    this.#begin();
    const block = element("div", { class: "masked-picture" }, this.picture.element, this.where.element);
    root.replaceChildren(block);
    const sheets = ["../pictures/controls.css", "./painter.css"];
    void showStyled(block, ...sheets.map((sheet) => new URL(sheet, import.meta.url)));
  }

  async task() {
    const image = await this.picture.reference();
    const named = image ? { image } : {};
    if (this.where.value === "mask_prompt") {
      const words = this.words.value.trim();
      return words ? { ...named, mask_prompt: words } : named;
    }
    if (!image) return {};
    const mask = await this.mask.reference();
    if (!mask) {
      throw refusal("mask", t("Nothing is painted yet. Paint over a part, or name it."));
    }
    return { image, mask };
  }

  /** @param {Record<string, any>} task @param {Record<string, string>} [urls] */
  restore({ image, mask, mask_prompt: words }, urls = {}) {
    this.words.value = words ?? "";
    this.where.value = words === undefined || words === null ? "mask" : "mask_prompt";
    this.#pending = { named: mask ?? undefined, url: urls.mask };
    void this.picture.restore(image, urls.image);
  }

  get ready() {
    const { mask, mask_prompt: words } = this.draft();
    return Boolean(mask || words?.trim());
  }

  /** @returns {Record<string, any>} */
  draft() {
    const image = this.picture.draft();
    const mask = this.#pending.named ?? this.mask.draft();
    return {
      ...(image ? { image } : {}),
      ...(this.where.value === "mask_prompt"
        ? { mask_prompt: this.words.value }
        : mask
          ? { mask }
          : {}),
    };
  }

  /**
   * The server refused the task. What it has lost is sent again.
   * @param {import("../core/problem.js").Problem} problem
   * @returns {boolean} Whether it is worth asking once more.
   */
  recover(problem) {
    const picture = isLost(problem, "image") && this.picture.renew();
    const mask = isLost(problem, "mask") && this.mask.renew();
    return picture || mask;
  }

  /** @param {Record<string, string>} reasons */
  fit(reasons) {
    this.picture.fit(reasons.image ?? "");
    this.where.fit(reasons);
  }

  #begin() {
    const { picture } = this.picture;
    const { named, url } = this.#pending;
    this.#pending = {};
    this.mask.painter.home.hidden = !picture;
    void this.mask.begin(picture, named, url);
  }

  #changed() {
    this.picture.frame.changed(this.where.element);
  }
}
