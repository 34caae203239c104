/** What is told of a picture beside it: the words it was asked with, and all that was set. */

import { button, element, setText } from "../core/dom.js";
import { notesOf, reported } from "../core/reports.js";
import { t } from "../core/words.js";
import { factsOf } from "./facts.js";
import { kindTitle, wordsOf } from "./pictures.js";

/** @typedef {import("./pictures.js").Picture} Picture */

export class Told {
  #prompt = "";

  /**
   * @param {() => Record<string, string>} models Model name → title.
   * @param {(words: string) => void} copy
   */
  constructor(models, copy) {
    this.models = models;
    this.copy = copy;
    this.prompt = element("p", { class: "viewer-prompt" });
    this.copyPrompt = button(t("Copy prompt"), () => copy(this.#prompt), { class: "viewer-copy" });
    this.leaveOut = element("p", { class: "viewer-leave-out" });
    this.failure = element("p", { class: "viewer-failure" });
    this.notes = element("ul", { class: "viewer-notes" });
    this.list = element("dl", { class: "viewer-facts" });
    this.words = element(
      "div",
      { class: "viewer-words" },
      element("div", {}, this.prompt, this.copyPrompt),
      this.leaveOut,
      this.failure,
    );
    this.facts = element("div", { class: "viewer-words" }, this.notes, this.list);
  }

  /** @param {Picture} picture */
  show(picture) {
    const { job } = picture;
    const { prompt = "", negative_prompt: without } = job.task ?? {};
    this.#prompt = prompt ?? "";
    // A job without words is called by its kind, which the title says already.
    const words = wordsOf(job);
    setText(this.prompt, words === kindTitle(job.task?.kind) ? "" : words);
    this.copyPrompt.hidden = this.#prompt === "";
    setText(this.leaveOut, without ? t("Left out: {words}", { words: without }) : "");
    setText(this.failure, reported(job.failure?.message ?? ""));
    const notes = notesOf(job);
    this.notes.hidden = notes.length === 0;
    this.notes.replaceChildren(...notes.map((note) => element("li", {}, note)));
    const facts = factsOf(picture, this.models());
    this.list.replaceChildren(
      ...facts.flatMap(({ label, value, copy: worth }) => [
        element("dt", {}, label),
        element("dd", {}, value, ...(worth ? [this.#copying(label, worth)] : [])),
      ]),
    );
  }

  /** @param {string} label @param {string} worth */
  #copying(label, worth) {
    return button(t("Copy"), () => this.copy(worth), {
      class: "viewer-copy",
      "aria-label": t("Copy: {label}", { label }),
    });
  }
}
