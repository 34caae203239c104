/** The frame: what every field that takes pictures has around them. */

import { element, setText } from "../core/dom.js";
import { Problem } from "../core/problem.js";
import { showStyled } from "../core/styled.js";
import { t } from "../core/words.js";
import { Chooser } from "./chooser.js";
import { receiveDrops, receivePastes } from "./incoming.js";
import { limitsFor, misfit } from "./limits.js";
import { namedPicture, ownPicture } from "./picture.js";
import { prepare, Unfit } from "./preparing.js";
import { uploadsOf } from "./uploads.js";

/**
 * What every control of a form is told.
 * @typedef {object} Page
 * @property {string} kind
 * @property {import("../core/api.js").Api} api
 * @property {() => void} changed To be called after each change, by the user or on its way here.
 * @property {import("./limits.js").Models} [forms] What is known of the models.
 * @property {Record<string, {title?: string, description?: string}>} [schema] By field.
 * @typedef {import("./picture.js").Picture} Picture
 * @typedef {import("./incoming.js").Incoming} Incoming
 */

export class Frame {
  /** What `judge` said last, and is still to be read. */
  #judged = "";

  /**
   * @param {Page} page
   * @param {string} field
   * @param {object} asked
   * @param {() => boolean} asked.isEmpty
   * @param {(incoming: Incoming) => void} asked.take
   * @param {boolean} [asked.several]
   * @param {URL[]} [asked.sheets] The styles of what is put into it.
   */
  constructor(page, field, { isEmpty, take, several = false, sheets = [] }) {
    this.page = page;
    this.field = field;
    this.uploads = uploadsOf(page.api);
    const { title = several ? t("Pictures") : t("Picture"), description } = page.schema?.[field] ?? {};
    this.description = description ?? "";
    const id = `${page.kind}-${field}`;
    this.label = element("span", { class: "picture-label", id: `${id}-label` }, t(title));
    this.help = element("p", { class: "picture-hint" });
    this.chooser = new Chooser({ api: page.api, label: t(title), several, take });
    this.place = element("div", { class: "picture-place" }, this.chooser.element);
    this.problem = element("p", { class: "picture-problem", role: "alert" });
    this.status = element("p", { class: "sr-only", role: "status" });
    this.element = element(
      "div",
      { class: "picture-block", id, role: "group", "aria-labelledby": this.label.id },
      this.label,
      this.help,
      this.place,
      this.chooser.strip,
      this.problem,
      this.status,
    );
    this.fit("");
    this.complain("");
    receiveDrops(this.element, take);
    receivePastes({ element: this.element, isEmpty, take });
    const own = ["./controls.css", "./pictures.css"];
    const all = [...own.map((sheet) => new URL(sheet, import.meta.url)), ...sheets];
    void showStyled(this.element, ...all);
  }

  /** A picture that the user gives: a file, or one that the page shows. @param {File | string} given */
  async bring(given) {
    if (typeof given === "string") {
      return namedPicture({ artifact: given }, undefined, this.uploads);
    }
    const limits = limitsFor(this.page.forms, this.page.kind);
    return ownPicture(await prepare(given, limits), this.uploads);
  }

  /** A picture that a draft or a job names. @param {any} named @param {string} [url] */
  find(named, url) {
    return namedPicture(named, url, this.uploads);
  }

  /** Why the model that would run the form cannot take this picture, or empty. @param {Picture} picture */
  misfit(picture) {
    return misfit(picture, this.page.forms, this.page.kind);
  }

  /**
   * Another picture, or another model, perhaps: say if they do not go together. What else was said is
   * left alone.
   * @param {readonly Picture[]} pictures
   */
  judge(pictures) {
    const judged = pictures.map((picture) => this.misfit(picture)).find(Boolean) ?? "";
    if (judged === this.#judged) return;
    this.complain(judged);
    this.#judged = judged;
  }

  /** The model has changed. @param {string} why Why it has no use for the field, or empty. */
  fit(why) {
    this.chooser.disable(why !== "");
    setText(this.help, why || (this.description && t(this.description)));
  }

  /** Say what is wrong; empty if nothing is. @param {string} words */
  complain(words) {
    this.#judged = "";
    setText(this.problem, words);
  }

  /** Tell of what was done, for those who do not see it. @param {string} words */
  say(words) {
    this.status.textContent = words;
  }

  /** The user has changed something. @param {HTMLElement} [part] What it belongs to, if not this. */
  changed(part = this.element) {
    // The form forgets what it said of the field.
    part.dispatchEvent(new Event("input", { bubbles: true }));
    this.page.changed();
  }
}

/**
 * A reason not to submit a form, to be told beside a field.
 * @param {string} field @param {string} detail
 */
export function refusal(field, detail) {
  const errors = [{ pointer: `/task/${field}`, detail }];
  return new Problem({ status: 422, code: "input_invalid", title: detail, detail, errors });
}

/**
 * Whether a refusal is about a picture of this field that the server does not have.
 * @param {{errors: readonly {pointer: string}[]}} problem @param {string} place Such as `images/0`.
 */
export function isLost({ errors }, place) {
  return errors.some(({ pointer }) => pointer === `/task/${place}/upload`);
}

/**
 * The sentence of an error that is meant for people; any other is thrown on.
 * @param {unknown} error
 */
export function sentenceOf(error) {
  if (error instanceof Unfit || error instanceof Problem) return error.message;
  throw error;
}
