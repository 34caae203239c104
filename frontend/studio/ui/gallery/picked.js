/** The bar for what is selected: how much it is, and what can be done with all of it. */

import { button, element, setText, sign } from "../core/dom.js";
import { count, t } from "../core/words.js";

const CROSS = "m5 5 10 10M15 5 5 15";

/**
 * @typedef {import("./pictures.js").Picture} Picture
 * @typedef {object} Doings What is done with all that is selected.
 * @property {() => void} download
 * @property {(favorite: boolean) => void} favorite
 * @property {() => void} compare
 * @property {() => void} erase
 * @property {() => void} clear
 */

export class PickedBar {
  /** @param {Doings} doings */
  constructor(doings) {
    this.words = element("p", { class: "picked-words", role: "status" });
    this.download = button(t("Download"), () => doings.download(), { class: "deed" });
    this.favorite = button(t("Favourite"), () => {
      doings.favorite(this.favorite.getAttribute("aria-pressed") !== "true");
    }, { class: "deed" });
    this.compare = button(t("Compare"), () => doings.compare(), { class: "deed" });
    this.erase = button(t("Delete"), () => doings.erase(), { class: "deed danger" });
    const clear = button(sign(CROSS), () => doings.clear(), {
      class: "leaf-close",
      "aria-label": t("Select nothing"),
    });
    this.root = element(
      "div",
      { class: "picked", role: "group", "aria-label": t("Selected pictures") },
      this.words,
      this.download,
      this.favorite,
      this.compare,
      this.erase,
      clear,
    );
    this.root.addEventListener("keydown", (event) => {
      if (event.key === "Escape") doings.clear();
    });
  }

  /** @param {readonly Picture[]} pictures */
  show(pictures) {
    const made = pictures.filter(({ artifact }) => artifact !== null);
    setText(this.words, count(pictures.length, "{n} selected", "{n} selected"));
    this.root.hidden = pictures.length === 0;
    this.download.hidden = made.length === 0;
    this.compare.hidden = made.length !== 2 || pictures.length !== 2;
    const all = pictures.every(({ job }) => job.favorite === true);
    this.favorite.setAttribute("aria-pressed", String(all));
  }
}
