/** The front: where dialogs open, one over the other; the foremost speaks. */

import { element } from "../core/dom.js";

/**
 * @typedef {import("./dialog.js").Dialog} Dialog
 * @typedef {import("./deeds.js").Voice} Voice
 */

export class Front {
  /** @type {Dialog[]} */
  #dialogs = [];

  /** @param {Voice} page Who speaks where no dialog is open. */
  constructor(page) {
    this.page = page;
    this.root = element("div", { class: "gallery-front" });
  }

  get isEmpty() {
    return !this.#dialogs.some(({ isOpen }) => isOpen);
  }

  /** @returns {Voice} */
  get voice() {
    return this.#dialogs.findLast(({ isOpen }) => isOpen) ?? this.page;
  }

  /** @param {Dialog} dialog */
  open(dialog) {
    if (dialog.isOpen) return;
    this.#dialogs = this.#dialogs.filter(({ isOpen }) => isOpen);
    this.#dialogs.push(dialog);
    dialog.open(this.root);
  }
}
