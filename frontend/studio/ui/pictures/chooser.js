/** The chooser: where a picture comes from: a file, a drop, the clipboard, or one's own pictures. */

import { button, element, sign } from "../core/dom.js";
import { patiently } from "../core/lazy.js";
import { t } from "../core/words.js";

const PICTURE = "M3 4.5h14v11H3zM3 13l4-4 3.5 3.5L13 10l4 4M12.5 8h.01";

/** @typedef {import("./incoming.js").Incoming} Incoming */

export class Chooser {
  /** @type {import("./strip.js").Strip | null} */
  #strip = null;

  /**
   * @param {object} options
   * @param {import("../core/api.js").Api} options.api
   * @param {string} options.label What is chosen, for those who do not see where it stands.
   * @param {boolean} [options.several] Whether more than one file may be chosen at once.
   * @param {(incoming: Incoming) => void} options.take
   */
  constructor({ api, label, several = false, take }) {
    this.api = api;
    this.take = take;
    this.input = /** @type {HTMLInputElement} */ (
      element("input", { type: "file", accept: "image/*", class: "sr-only" })
    );
    this.input.multiple = several;
    this.input.setAttribute("aria-label", t("Choose a file for “{label}”", { label }));
    this.input.addEventListener("change", () => {
      take({ files: [...(this.input.files ?? [])], artifact: null });
      // The same file may be chosen again after it was taken away.
      this.input.value = "";
    });
    this.words = element("span");
    const choose = element("label", { class: "picture-button" }, this.words, this.input);
    this.own = button(t("From your pictures"), () => void this.#toggle(), {
      class: "picture-button",
      "aria-expanded": "false",
    });
    this.hint = element("p", { class: "picture-hint" }, t("Drop a picture here, or paste it."));
    this.element = element(
      "div",
      { class: "picture-chooser" },
      sign(PICTURE),
      this.hint,
      element("div", { class: "picture-buttons" }, choose, this.own),
    );
    this.strip = element("div", { class: "picture-strip" });
    this.strip.hidden = true;
  }

  /** @param {string} words What the button for a file says. */
  setText(words) {
    this.words.textContent = words;
  }

  /** @param {boolean} yes */
  disable(yes) {
    this.input.disabled = yes;
    this.own.disabled = yes;
  }

  close() {
    this.strip.hidden = true;
    this.own.setAttribute("aria-expanded", "false");
  }

  async #toggle() {
    if (!this.strip.hidden) {
      this.close();
      return;
    }
    this.own.setAttribute("aria-expanded", "true");
    this.strip.hidden = false;
    if (!this.#strip) {
      const { Strip } = await patiently(() => import("./strip.js"));
      this.#strip = new Strip(this.strip, this.api, (artifact) => {
        this.close();
        this.take({ files: [], artifact });
      });
    }
    await this.#strip.open();
  }
}
