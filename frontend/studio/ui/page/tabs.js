/** The tabs, which Gradio has drawn: which is open, and what they are called. */

import { toMiddle } from "../core/dom.js";
import { language, t } from "../core/words.js";
import { titleOf } from "../forms/drawn.js";

export class Tabs {
  /** The tab that is to be opened. */
  #wanted = "";
  /** Have Gradio ask for the updates. */
  #refresh = () => {};

  /** @param {() => void} refresh */
  begin(refresh) {
    this.#refresh = refresh;
    document.getElementById("tasks")?.addEventListener("click", ({ target }) => {
      if (target instanceof Element) toMiddle(target.closest("[role=tab]"));
    });
    if (language() !== "en") refresh();
  }

  /** @param {string} kind */
  open(kind) {
    this.#wanted = kind;
    this.#refresh();
  }

  /** Open the tab before or after. @param {number} by */
  step(by) {
    const tabs = /** @type {HTMLElement[]} */ ([...document.querySelectorAll("#tasks [role=tab]")]);
    const open = tabs.findIndex((tab) => tab.getAttribute("aria-selected") === "true");
    const next = tabs[(open + by + tabs.length) % tabs.length];
    next?.click();
    next?.focus();
  }

  /**
   * Which is to be open, if one is, and then each one's title.
   * @param {string[]} kinds
   */
  updates(kinds) {
    const selected = this.#wanted;
    this.#wanted = "";
    const open = { __type__: "update", ...(selected ? { selected } : {}) };
    return [open, ...kinds.map((kind) => ({ __type__: "update", label: t(titleOf(kind)) }))];
  }
}
