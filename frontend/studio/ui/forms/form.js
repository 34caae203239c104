/** A form on the page: where its fields are, and which of them a problem is about. */

import { toMiddle } from "../core/dom.js";
import { sentence } from "../core/problem.js";
import { t } from "../core/words.js";

/** How long Gradio may take to draw what is in a drawer that was just opened. */
const DRAWER_MS = 150;
/** Frames that a tab may take to be drawn. */
const FRAMES_MOST = 120;

/**
 * The field that a JSON pointer names: `/task/prompt` → `prompt`, `/model` → `model`.
 * @param {string} pointer
 * @returns {string | null}
 */
export function fieldOf(pointer) {
  const [, first, second] = pointer.split("/");
  if (first === "model") return "model";
  return first === "task" && second ? second.replaceAll("~1", "/").replaceAll("~0", "~") : null;
}

/**
 * Problems sorted by where they are shown.
 * @param {import("../core/problem.js").Problem} problem
 * @param {(name: string) => boolean} has Whether the form has that field.
 * @returns {{fields: Map<string, string>, form: string}} `form` is empty if the fields say it all.
 */
export function placed(problem, has) {
  /** @type {Map<string, string>} */
  const fields = new Map();
  const elsewhere = [];
  for (const { pointer, detail } of problem.errors) {
    const name = fieldOf(pointer);
    if (name && has(name)) fields.set(name, [fields.get(name), detail].filter(Boolean).join(" "));
    else elsewhere.push(pointer ? t("{about}: {words}", { about: pointer, words: detail }) : detail);
  }
  if (fields.size > 0 && elsewhere.length === 0) return { fields, form: "" };
  return { fields, form: elsewhere.length > 0 ? elsewhere.join(" ") : sentence(problem) };
}

/** One form on the page. */
export class Form {
  /** @param {string} kind @param {Document} [page] */
  constructor(kind, page = document) {
    this.kind = kind;
    this.page = page;
  }

  get button() {
    return this.page.getElementById(`${this.kind}-go`);
  }

  /** @param {string} name */
  block(name) {
    return this.page.getElementById(`${this.kind}-${name}`);
  }

  /**
   * Go to the form once Gradio has drawn it. Not into a field: on a phone, that would bring up the
   * keyboard.
   */
  async goTo() {
    for (let frame = 0; frame < FRAMES_MOST && !this.button?.offsetParent; frame++) {
      await new Promise(requestAnimationFrame);
    }
    toMiddle(this.page.querySelector("#tasks [role=tab][aria-selected=true]"));
    const form = this.page.getElementById(`${this.kind}-form`);
    form?.setAttribute("tabindex", "-1");
    form?.focus();
  }

  /** @param {boolean} busy */
  setBusy(busy) {
    this.button?.setAttribute("aria-busy", String(busy));
  }

  /** @param {import("../core/problem.js").Problem} problem */
  async show(problem) {
    if (problem.errors.some(({ pointer }) => this.#isInDrawer(fieldOf(pointer)))) {
      await this.#openDrawer();
    }
    const { fields, form } = placed(problem, (name) => this.block(name) !== null);
    for (const [name, detail] of fields) this.#blame(name, detail);
    if (form) this.say(form);
    const [first] = fields.keys();
    if (!first) return;
    inputsOf(this.block(first))[0]?.focus();
    // The sentence under the field, too.
    this.block(first)?.scrollIntoView({ block: "nearest" });
  }

  /** @param {string} sentence Shown under the button. */
  say(sentence) {
    const line = this.page.createElement("p");
    line.className = "form-problem";
    line.setAttribute("role", "alert");
    line.textContent = sentence;
    this.#line()?.remove();
    this.button?.after(line);
  }

  /** Forget all problems. */
  clear() {
    this.#line()?.remove();
    const marked = this.page.querySelectorAll(`#${this.kind}-form .field-problem`);
    for (const line of marked) {
      const block = line.parentElement;
      if (block?.id) this.forgive(block.id.slice(this.kind.length + 1));
    }
  }

  /** @param {string} name Forget the problem of one field. */
  forgive(name) {
    const block = this.block(name);
    block?.querySelector(":scope > .field-problem")?.remove();
    for (const input of inputsOf(block)) {
      input.removeAttribute("aria-invalid");
      input.removeAttribute("aria-describedby");
    }
  }

  /** @param {string} name @param {string} detail */
  #blame(name, detail) {
    this.forgive(name);
    const block = /** @type {HTMLElement} */ (this.block(name));
    const line = this.page.createElement("p");
    line.className = "field-problem";
    line.id = `${block.id}-problem`;
    line.setAttribute("role", "alert");
    line.textContent = detail;
    block.append(line);
    for (const input of inputsOf(block)) {
      input.setAttribute("aria-invalid", "true");
      input.setAttribute("aria-describedby", line.id);
    }
    const forgive = () => this.forgive(name);
    block.addEventListener("input", forgive, { once: true });
    block.addEventListener("change", forgive, { once: true });
  }

  /** Fields in the closed drawer are not shown, or not even drawn yet. */
  #isInDrawer(/** @type {string | null} */ name) {
    return name !== null && (this.block(name)?.offsetParent ?? null) === null;
  }

  async #openDrawer() {
    const drawer = this.page.querySelector(`#${this.kind}-form .advanced .label-wrap:not(.open)`);
    if (!drawer) return;
    /** @type {HTMLElement} */ (drawer).click();
    await new Promise((drawn) => setTimeout(drawn, DRAWER_MS));
  }

  #line() {
    return this.page.querySelector(`#${this.kind}-form .form-problem`);
  }
}

/** @param {HTMLElement | null} block @returns {HTMLElement[]} */
function inputsOf(block) {
  if (!block) return [];
  return [.../** @type {NodeListOf<HTMLElement>} */ (block.querySelectorAll("textarea, input"))];
}
