/** A picture and the frame it is to fill: dragged, typed, or one of a few common shapes. */

import { button, element, setText } from "../core/dom.js";
import { showStyled } from "../core/styled.js";
import { t } from "../core/words.js";
import { PictureBlock } from "../pictures/block.js";
import { isLost, refusal } from "../pictures/frame.js";
import { limitsOf } from "../pictures/limits.js";
import { FrameStage } from "./frame_stage.js";
import { allAround, clamped, MOST, NONE, resultOf, shapedAs, SIDES, verdict } from "./margins.js";

/**
 * @typedef {import("./margins.js").Margins} Margins
 * @typedef {import("./margins.js").Side} Side
 */

const AROUND = 0.25;

export class ExtendedPicture {
  fields = Object.freeze(["image", ...SIDES]);
  /** @type {Margins} */
  #margins = NONE;

  /**
   * @param {HTMLElement} root
   * @param {import("../pictures/frame.js").Page} page
   */
  constructor(root, page) {
    this.page = page;
    this.picture = new PictureBlock(page, "image");
    this.picture.bare = true;
    this.stage = new FrameStage(NONE, (margins) => this.#set(margins));
    this.inputs = /** @type {Record<Side, HTMLInputElement>} */ ({});
    const numbers = element("div", { class: "extend-numbers" });
    for (const side of SIDES) numbers.append(this.#number(side));
    this.result = element("p", { class: "extend-result", role: "status" });
    this.note = element("p", { class: "picture-hint" });
    this.refused = element("p", { class: "picture-problem", role: "alert" });
    this.around = element(
      "div",
      { class: "extend-around" },
      this.#presets(),
      this.stage.element,
      this.result,
    );
    this.picture.watch(() => {
      this.stage.show(this.picture.picture);
      this.#draw();
    });
    const block = element(
      "div",
      { class: "extend" },
      this.picture.element,
      this.around,
      numbers,
      this.note,
      this.refused,
    );
    root.replaceChildren(block);
    this.#draw();
    const sheets = ["../pictures/controls.css", "./extend.css"];
    void showStyled(block, ...sheets.map((sheet) => new URL(sheet, import.meta.url)));
  }

  async task() {
    const image = await this.picture.reference();
    const { refused } = this.#verdict();
    if (refused) throw refusal("down", refused);
    return { ...(image ? { image } : {}), ...this.#grown() };
  }

  /** @param {Record<string, any>} task @param {Record<string, string>} [urls] */
  restore(task, urls = {}) {
    const sides = SIDES.map((side) => [side, clamped(Number(task[side] ?? 0))]);
    this.#margins = /** @type {Margins} */ (Object.fromEntries(sides));
    this.stage.margins = this.#margins;
    this.#draw();
    void this.picture.restore(task.image, urls.image);
  }

  get ready() {
    return Object.keys(this.#grown()).length > 0;
  }

  draft() {
    const image = this.picture.draft();
    return { ...(image ? { image } : {}), ...this.#grown() };
  }

  /**
   * The server refused the task. What it has lost is sent again.
   * @param {import("../core/problem.js").Problem} problem
   * @returns {boolean} Whether it is worth asking once more.
   */
  recover(problem) {
    return isLost(problem, "image") && this.picture.renew();
  }

  /** @param {Record<string, string>} reasons */
  fit(reasons) {
    this.picture.fit(reasons.image ?? "");
    this.#draw();
  }

  /** The sides that grow at all. */
  #grown() {
    return Object.fromEntries(Object.entries(this.#margins).filter(([, by]) => by > 0));
  }

  /** @param {Side} side */
  #number(side) {
    const names = { left: t("Left"), right: t("Right"), up: t("Up"), down: t("Down") };
    const input = /** @type {HTMLInputElement} */ (
      element("input", { type: "number", min: "0", max: String(MOST), class: "picture-input" })
    );
    // While it is typed it may be anything; it is put right when one leaves the field.
    input.addEventListener("input", () => this.#set({ ...this.#margins, [side]: clamped(Number(input.value)) }));
    input.addEventListener("change", () => this.#draw());
    this.inputs[side] = input;
    const id = `${this.page.kind}-${side}`;
    return element("label", { class: "extend-number", id }, names[side], input);
  }

  #presets() {
    /** @param {string} words @param {(size: {width: number, height: number}) => Margins} margins */
    const preset = (words, margins) =>
      button(words, () => this.picture.picture && this.#choose(margins(this.picture.picture)), {
        class: "picture-button extend-preset",
      });
    return element(
      "div",
      { class: "extend-presets", role: "group", "aria-label": t("Common frames") },
      preset(t("Square"), (size) => shapedAs(size, 1, 1)),
      preset("16:9", (size) => shapedAs(size, 16, 9)),
      preset("9:16", (size) => shapedAs(size, 9, 16)),
      preset(t("+25 %"), (size) => allAround(size, AROUND)),
      preset(t("None"), () => NONE),
    );
  }

  /** @param {Margins} margins */
  #choose(margins) {
    this.stage.margins = margins;
    this.#set(margins);
  }

  /** The user has changed the frame. @param {Margins} margins */
  #set(margins) {
    this.#margins = margins;
    this.stage.margins = margins;
    this.#draw();
    this.picture.frame.changed(this.around.parentElement ?? undefined);
  }

  #verdict() {
    const { picture } = this.picture;
    if (!picture) return { note: "", refused: "" };
    const rules = this.page.forms?.model(this.page.kind)?.inputs;
    return verdict(picture, this.#margins, limitsOf(rules ? [rules] : []));
  }

  #draw() {
    const { picture } = this.picture;
    this.around.hidden = !picture;
    for (const side of SIDES) {
      const input = this.inputs[side];
      if (document.activeElement !== input || Number(input.value) !== this.#margins[side]) {
        input.value = String(this.#margins[side]);
      }
    }
    const { note, refused } = this.#verdict();
    setText(this.note, note);
    setText(this.refused, refused);
    if (!picture) return;
    const { width, height } = resultOf(picture, this.#margins);
    this.result.textContent =
      width === picture.width && height === picture.height
        ? t("Drag the frame outwards, or type by how much it grows.")
        : t("The whole has {size} pixels.", { size: `${width} × ${height}` });
  }
}
