/** Views: on a narrow page, the form and the pictures are shown one at a time. */

import { button, element } from "../core/dom.js";
import { count, t } from "../core/words.js";

export class Views {
  constructor() {
    this.form = button(t("Create"), () => this.show("form"));
    this.pictures = button(t("Pictures"), () => this.show("pictures"));
    this.root = element("nav", { class: "views", "aria-label": t("Views") }, this.form, this.pictures);
    this.show("form");
  }

  /** @param {"form" | "pictures"} view */
  show(view) {
    document.body.dataset.view = view;
    this.form.setAttribute("aria-pressed", String(view === "form"));
    this.pictures.setAttribute("aria-pressed", String(view === "pictures"));
    scrollTo({ top: 0 });
  }

  /** @param {number} open Jobs that are under way. */
  setOpen(open) {
    this.pictures.textContent = t("Pictures");
    if (open === 0) return;
    const words = count(open, "{n} job under way", "{n} jobs under way");
    this.pictures.append(element("span", { class: "badge", "aria-label": words }, String(open)));
  }
}
