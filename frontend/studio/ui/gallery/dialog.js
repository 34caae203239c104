/** Dialogs: each has a title, a way out, and a voice of its own, for what is outside an open dialog
 * is neither seen nor heard. */

import { button, element, setText, sign } from "../core/dom.js";
import { t } from "../core/words.js";

const CROSS = "m5 5 10 10M15 5 5 15";

export class Dialog {
  /**
   * @param {{title: string, kind: string, closed?: () => void}} facts
   *   `kind` is its class; `closed` is called however it is closed.
   * @param {...Node} children
   */
  constructor({ title, kind, closed = () => {} }, ...children) {
    this.title = element("h2", { class: "leaf-title" }, title);
    this.status = element("p", { class: "sr-only", role: "status" });
    this.trouble = element("p", { class: "leaf-trouble", role: "alert" });
    this.trouble.hidden = true;
    this.cross = button(sign(CROSS), () => this.close(), {
      class: "leaf-close",
      "aria-label": t("Close"),
    });
    this.root = /** @type {HTMLDialogElement} */ (
      element(
        "dialog",
        { class: `leaf ${kind}` },
        element("header", { class: "leaf-head" }, this.title, this.cross),
        this.status,
        this.trouble,
        ...children,
      )
    );
    this.setTitle(title);
    this.root.addEventListener("close", () => {
      // Opened again before the news of its closing came.
      if (this.root.open) return;
      this.root.remove();
      closed();
    });
    // The cloth beside it.
    this.root.addEventListener("click", (event) => {
      if (event.target === this.root) this.close();
    });
  }

  get isOpen() {
    return this.root.open;
  }

  /** @param {string} title @param {string} [name] What it is read out as, where that says more. */
  setTitle(title, name = title) {
    setText(this.title, title);
    this.root.setAttribute("aria-label", name);
  }

  /** @param {HTMLElement} place Somewhere on the page, whose colours it takes. */
  open(place) {
    if (this.root.open) return;
    this.say("");
    this.status.textContent = "";
    place.append(this.root);
    this.root.showModal();
  }

  close() {
    if (this.root.open) this.root.close();
  }

  /** @param {string} sentence For those who hear the page. */
  announce(sentence) {
    this.status.textContent = sentence;
  }

  /** @param {string} sentence Trouble; empty when there is none any more. */
  say(sentence) {
    setText(this.trouble, sentence);
  }
}
