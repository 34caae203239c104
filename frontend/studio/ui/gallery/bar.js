/** The bar over the wall: words to search for, and chips for what else is shown or not. */

import { button, element } from "../core/dom.js";
import { t } from "../core/words.js";
import { EVERYTHING, sameFilter, WORDS_MOST } from "./filter.js";
import { KINDS, kindTitle } from "./pictures.js";

/** How long a hand rests before what it typed is looked for. */
const REST_MS = 350;

/** @typedef {import("./filter.js").Filter} Filter */

export class Bar {
  /** @type {Filter} */
  #filter = EVERYTHING;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #resting;
  /** Whether the words are still those of one go at the field. */
  #typing = false;

  /**
   * @param {() => Record<string, string>} models Model name → title; they may come later.
   * @param {(filter: Filter, onward: boolean) => void} changed
   *   `onward`: it goes on changing what was changed last.
   * @param {(selecting: boolean) => void} select
   */
  constructor(models, changed, select) {
    this.models = models;
    this.changed = changed;
    this.words = /** @type {HTMLInputElement} */ (
      element("input", {
        type: "search",
        class: "bar-words",
        maxlength: String(WORDS_MOST),
        placeholder: t("Search your pictures"),
        "aria-label": t("Search your pictures"),
        enterkeyhint: "search",
        autocomplete: "off",
        spellcheck: "false",
      })
    );
    this.words.addEventListener("input", () => {
      clearTimeout(this.#resting);
      this.#resting = setTimeout(() => this.#search(), REST_MS);
    });
    this.words.addEventListener("change", () => this.#search());
    this.words.addEventListener("keydown", (event) => {
      if (event.key === "Enter") this.#search();
    });
    this.words.addEventListener("blur", () => {
      this.#typing = false;
    });
    this.favorites = button(t("Favourites"), () => {
      this.#change({ favorite: !this.#filter.favorite });
    }, { class: "chip" });
    this.kind = this.#chip(t("Any task"), t("Task"), KINDS.map((kind) => [kind, kindTitle(kind)]),
      (kind) => this.#change({ kind }));
    this.model = this.#chip(t("Any model"), t("Model"), [], (model) => this.#change({ model }));
    this.status = this.#chip(t("Pictures"), t("What became of it"), endings(),
      (status) => this.#change({ status }));
    // For fingers: what a mouse finds by hovering.
    this.select = button(t("Select"), () => {
      select(this.select.getAttribute("aria-pressed") !== "true");
    }, { class: "chip chip-select", "aria-pressed": "false" });
    this.clear = button(t("Clear all"), () => {
      this.#change(EVERYTHING);
      this.words.focus();
    }, { class: "chip chip-clear" });
    this.root = element(
      "div",
      { class: "bar", role: "search", "aria-label": t("Your pictures") },
      this.words,
      element("div", { class: "chips" }, this.clear, this.select, this.favorites, this.kind,
        this.model, this.status),
    );
  }

  /** @param {Filter} filter */
  show(filter) {
    this.#filter = filter;
    // What somebody is typing is not taken out of their hands.
    if (this.words.value.trim() !== filter.q && !this.#typing) this.words.value = filter.q;
    this.favorites.setAttribute("aria-pressed", String(filter.favorite));
    const models = Object.entries(this.models());
    if (this.model.length !== models.length + 1) {
      this.model.length = 1;
      this.model.append(...models.map(([name, title]) => new Option(title, name)));
    }
    for (const name of /** @type {const} */ (["kind", "model", "status"])) {
      const chip = this[name];
      if (filter[name] && ![...chip.options].some(({ value }) => value === filter[name])) {
        chip.append(new Option(filter[name], filter[name]));
      }
      chip.value = filter[name];
      chip.classList.toggle("chosen", filter[name] !== "");
    }
    this.clear.hidden = sameFilter(filter, EVERYTHING);
  }

  #search() {
    clearTimeout(this.#resting);
    const q = this.words.value.trim();
    if (q === this.#filter.q) return;
    const onward = this.#typing;
    this.#typing = document.activeElement === this.words;
    this.#change({ q }, onward);
  }

  /** @param {Partial<Filter>} changes @param {boolean} [onward] */
  #change(changes, onward = false) {
    if (!("q" in changes) || changes === EVERYTHING) this.#typing = false;
    this.changed({ ...this.#filter, ...changes }, onward);
  }

  /**
   * A chip that offers a choice: a select, which every device knows how to open.
   * @param {string} any @param {string} label @param {string[][]} options
   * @param {(value: string) => void} chosen
   */
  #chip(any, label, options, chosen) {
    const chip = /** @type {HTMLSelectElement} */ (
      element("select", { class: "chip", "aria-label": label })
    );
    chip.append(new Option(any, ""), ...options.map(([value, title]) => new Option(title, value)));
    chip.addEventListener("change", () => chosen(chip.value));
    return chip;
  }
}

function endings() {
  return [
    ["failed", t("Failed")],
    ["moderated", t("Refused")],
    ["canceled", t("Canceled")],
    ["expired", t("Expired")],
  ];
}
