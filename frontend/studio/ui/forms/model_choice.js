/** The model choice: which model runs a form, what it costs, how long it lives, what it leaves out. */

import { element } from "../core/dom.js";
import { day, dollars, list, mark, t } from "../core/words.js";
import { wordsOf } from "./drawn.js";
import { ableModels, hints, likelyModel, priceOf, reasons } from "./fit.js";

const AUTO = "auto";
/** Titles of fields that Gradio does not draw. @type {Record<string, string>} */
const TITLES = {
  style: mark("Style"),
  colors: mark("Colours"),
  images: mark("Pictures to vary"),
  mask: mark("Mask"),
};

/** @typedef {import("./state.js").Widget} Widget */

/** @implements {Widget} */
export class ModelChoice {
  fields = Object.freeze(["model"]);
  #chosen = AUTO;

  /**
   * @param {HTMLElement} root
   * @param {{kind: string, forms: import("./forms.js").Forms, changed: () => void}} page
   */
  constructor(root, { kind, forms, changed }) {
    this.kind = kind;
    this.forms = forms;
    this.changed = changed;
    this.now = element("span", { class: "choice-now" });
    this.price = element("span", { class: "choice-price" });
    const label = element("span", { class: "choice-label" }, t("Model"));
    this.options = element("div", { class: "choice-options", role: "radiogroup" });
    this.options.setAttribute("aria-label", t("Model"));
    this.drawer = /** @type {HTMLDetailsElement} */ (
      element(
        "details",
        { class: "choice", id: `${kind}-model` },
        element("summary", {}, label, this.now, this.price),
        this.options,
      )
    );
    root.replaceChildren(this.drawer);
    this.draw();
  }

  async task() {
    return { model: this.#chosen };
  }

  draft() {
    return { model: this.#chosen };
  }

  /** @param {Record<string, any>} task */
  restore({ model = AUTO }) {
    this.#chosen = model;
    this.draw();
  }

  fit() {
    this.draw();
  }

  /** Draw what there is to choose from, for the form as it is now. */
  draw() {
    const { catalog } = this.forms;
    const task = this.forms.get(this.kind).sketch();
    const able = ableModels(catalog, this.kind);
    if (able.length > 0 && !able.some(({ name }) => name === this.#chosen)) this.#chosen = AUTO;
    const likely = likelyModel(catalog, this.kind, { ...task, model: this.#chosen });
    const options = [
      this.#option(AUTO, t("Automatic"), [t("The best there is for what you ask.")], ""),
      ...able.map((model) => {
        const price = priceOf(model, task);
        return this.#option(model.name, model.title, facts(model, this.kind), eachAt(price));
      }),
    ];
    // While somebody moves through the options, they stay where they are.
    if (!this.options.contains(document.activeElement)) this.options.replaceChildren(...options);
    const automatic = this.#chosen === AUTO;
    const title = likely?.title ?? "";
    this.now.textContent = automatic ? [t("Automatic"), title].filter(Boolean).join(" · ") : title;
    this.price.textContent = likely ? eachAt(priceOf(likely, task)) : "";
  }

  /** @param {string} name @param {string} title @param {string[]} facts @param {string} price */
  #option(name, title, facts, price) {
    const radio = /** @type {HTMLInputElement} */ (
      element("input", { type: "radio", name: `${this.kind}-model-choice`, value: name })
    );
    radio.checked = name === this.#chosen;
    radio.addEventListener("change", () => {
      this.#chosen = name;
      this.draw();
      this.changed();
    });
    return element(
      "label",
      { class: "choice-option" },
      radio,
      element("span", { class: "choice-title" }, title),
      element("span", { class: "choice-price" }, price),
      ...facts.map((fact) => element("span", { class: "choice-fact" }, fact)),
    );
  }
}

/** @param {number | null} usd */
function eachAt(usd) {
  return usd === null ? "" : t("{price} each", { price: dollars(usd) });
}

/**
 * What one should know before choosing a model.
 * @param {import("./fit.js").Model} model @param {string} kind
 */
function facts(model, kind) {
  const facts = [lifeOf(model)];
  const without = titles(kind, reasons(model, kind));
  const nearly = titles(kind, hints(model, kind));
  if (without) facts.push(t("Without: {fields}.", { fields: without }));
  if (nearly) facts.push(t("In its own way: {fields}.", { fields: nearly }));
  return facts.filter(Boolean);
}

/** @param {import("./fit.js").Model} model */
function lifeOf({ lifecycle: { state, ended } }) {
  if (state !== "legacy") return "";
  if (!ended) return t("Legacy: AWS will end it.");
  const date = day(ended);
  return new Date(ended) <= new Date()
    ? t("Ended on {date}; enabled here.", { date })
    : t("Legacy: it ends on {date}.", { date });
}

/**
 * The titles of some fields, as the form has them.
 * @param {string} kind @param {Record<string, string>} fields
 */
function titles(kind, fields) {
  const labels = Object.keys(fields).map((name) => {
    const side = name === "width" || name === "height";
    return wordsOf(`${kind}-${side ? "size" : name}`).label ?? TITLES[name] ?? name;
  });
  return list([...new Set(labels)].map((label) => t(label)));
}
