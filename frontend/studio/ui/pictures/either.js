/** Either: a choice between ways to say something, of which each has its own part of the form. */

import { element, setText } from "../core/dom.js";

/**
 * @typedef {object} Option
 * @property {string} value
 * @property {string} words
 * @property {string} hint
 * @property {HTMLElement} body
 * @property {string} [id] Of the part of the form.
 */

export class Either {
  /** @type {Map<string, {option: Option, radio: HTMLInputElement, part: HTMLElement, hint: HTMLElement}>} */
  #ways = new Map();
  #value = "";

  /**
   * @param {object} asked
   * @param {string} asked.name Of the radio buttons, which know each other by it.
   * @param {string} asked.title
   * @param {readonly Option[]} asked.options The first is chosen at first.
   * @param {(value: string) => void} [asked.chosen] Called when one is chosen, whoever did it.
   * @param {() => void} asked.changed Called when the user has chosen another.
   */
  constructor({ name, title, options, chosen = () => {}, changed }) {
    this.chosen = chosen;
    const label = element("span", { class: "picture-label", id: `${name}-label` }, title);
    const pills = element("div", { class: "either-pills", role: "radiogroup" });
    pills.setAttribute("aria-labelledby", label.id);
    this.element = element("div", { class: "either" }, label, pills);
    for (const option of options) {
      const radio = /** @type {HTMLInputElement} */ (
        element("input", { type: "radio", class: "sr-only", name, value: option.value })
      );
      radio.addEventListener("change", () => {
        this.value = option.value;
        changed();
      });
      pills.append(element("label", { class: "either-pill" }, radio, option.words));
      const hint = element("p", { class: "picture-hint" });
      const part = element("div", { class: "either-part" }, hint, option.body);
      if (option.id) part.id = option.id;
      this.element.append(part);
      this.#ways.set(option.value, { option, radio, part, hint });
    }
    this.fit({});
    this.value = options[0].value;
  }

  get value() {
    return this.#value;
  }

  set value(value) {
    this.#value = value;
    for (const [name, { radio, part }] of this.#ways) {
      radio.checked = name === value;
      part.hidden = name !== value;
    }
    this.chosen(value);
  }

  /** What the model cannot do can not be chosen. @param {Record<string, string>} reasons By value. */
  fit(reasons) {
    for (const [name, { option, radio, hint }] of this.#ways) {
      radio.disabled = Boolean(reasons[name]);
      radio.parentElement?.setAttribute("title", reasons[name] ?? "");
      setText(hint, reasons[name] || option.hint);
    }
    const free = [...this.#ways.keys()].find((name) => !reasons[name]);
    if (this.#value && reasons[this.#value] && free) this.value = free;
  }
}
