/** The tray: the jobs that are under way, and those whose end one should see. */

import { button, element, setText, sign } from "../core/dom.js";
import { count, t } from "../core/words.js";
import { cardOf } from "./card.js";

const CROSS = "M6 6l8 8M14 6l-8 8";
/** Rows that are shown before one asks for all. */
const FEW = 4;

/** @typedef {import("../core/jobs.js").Job} Job */
/**
 * @typedef {{cancel: (id: string) => void, retry: (id: string) => void,
 *   dismiss: (id: string) => void, clear: () => void,
 *   open: (id: string) => void, refetch: (id: string) => void}} Actions
 */

/** One job in the tray. It is made once and then kept up to date. */
class Row {
  /** @param {string} id @param {Actions} actions */
  constructor(id, actions) {
    this.status = element("span", { class: "row-status" });
    this.facts = element("span", { class: "row-facts" });
    this.prompt = element("p", { class: "row-prompt" });
    this.bar = element("progress", { class: "row-bar", max: "1" });
    this.failure = element("p", { class: "row-failure" });
    this.notes = element("ul", { class: "row-notes" });
    this.thumbs = element("div", { class: "row-thumbs" });
    this.cancel = button(t("Cancel"), () => actions.cancel(id));
    this.retry = button(t("Try again"), () => actions.retry(id));
    this.dismiss = button(sign(CROSS), () => actions.dismiss(id), { class: "row-dismiss" });
    this.open = () => actions.open(id);
    this.refetch = () => actions.refetch(id);
    this.root = element(
      "li",
      { class: "row", "data-job": id },
      this.thumbs,
      element("div", { class: "row-words" }, this.prompt, element("p", {}, this.status, this.facts)),
      element("div", { class: "row-actions" }, this.cancel, this.retry, this.dismiss),
      this.bar,
      this.failure,
      this.notes,
    );
  }

  /** @param {import("./card.js").Card} card */
  update(card) {
    this.root.dataset.tone = card.tone;
    setText(this.status, card.status);
    setText(this.facts, [card.elapsed, card.cost].filter(Boolean).join(" · "));
    setText(this.prompt, card.prompt);
    setText(this.failure, card.failure);
    this.bar.hidden = card.done;
    // Without a value, a bar only says that something goes on.
    if (card.made > 0) this.bar.setAttribute("value", String(card.made / card.total));
    this.bar.setAttribute("aria-label", card.status);
    this.cancel.hidden = !card.canCancel;
    this.retry.hidden = !card.canRetry;
    this.dismiss.hidden = !card.done;
    this.cancel.setAttribute("aria-label", t("Cancel: {prompt}", { prompt: card.prompt }));
    this.retry.setAttribute("aria-label", t("Try again: {prompt}", { prompt: card.prompt }));
    this.dismiss.setAttribute("aria-label", t("Put away: {prompt}", { prompt: card.prompt }));
    const notes = card.notes.join("\n");
    if (this.notes.dataset.said !== notes) {
      this.notes.dataset.said = notes;
      this.notes.replaceChildren(...card.notes.map((note) => element("li", {}, note)));
    }
    this.notes.hidden = card.notes.length === 0;
    this.#setThumbs(card);
  }

  /** @param {import("./card.js").Card} card */
  #setThumbs({ thumbnails, prompt }) {
    this.thumbs.hidden = thumbnails.length === 0;
    const last = thumbnails.at(-1);
    if (!last) {
      this.thumbs.replaceChildren();
      return;
    }
    let img = /** @type {HTMLImageElement | null} */ (this.thumbs.querySelector("img"));
    if (!img) {
      img = /** @type {HTMLImageElement} */ (element("img", { alt: "", decoding: "async" }));
      img.addEventListener("error", this.refetch);
      const opens = button(img, this.open, { class: "row-thumb" });
      this.thumbs.replaceChildren(opens);
    }
    this.thumbs.firstElementChild?.setAttribute("aria-label", t("Open: {prompt}", { prompt }));
    if (img.src !== last.url) img.src = last.url;
  }
}

export class Tray {
  /** @type {Map<string, Row>} */
  #rows = new Map();
  #all = false;
  /** @type {Job[]} */
  #jobs = [];

  /** @param {HTMLElement} root @param {Actions} actions @param {() => number} now */
  constructor(root, actions, now) {
    this.root = root;
    this.actions = actions;
    this.now = now;
    this.title = element("h2", { class: "tray-title" });
    this.clear = button(t("Put finished ones away"), actions.clear, { class: "quiet" });
    this.list = element("ul", { class: "rows" });
    this.more = button("", () => {
      this.#all = !this.#all;
      this.render(this.#jobs);
    }, { class: "quiet" });
    root.replaceChildren(
      element("div", { class: "tray-head" }, this.title, this.clear),
      this.list,
      this.more,
    );
    root.hidden = true;
  }

  /** @param {Job[]} jobs Newest first. */
  render(jobs) {
    this.#jobs = jobs;
    this.root.hidden = jobs.length === 0;
    const open = jobs.filter((job) => !job.done).length;
    setText(
      this.title,
      open > 0 ? count(open, "{n} job under way", "{n} jobs under way") : t("Jobs"),
    );
    this.clear.hidden = open === jobs.length;
    const shown = this.#all ? jobs : jobs.slice(0, FEW);
    this.more.hidden = jobs.length <= FEW;
    this.more.textContent = this.#all
      ? t("Show fewer")
      : count(jobs.length, "Show all {n} job", "Show all {n} jobs");
    this.#keep(shown);
  }

  /** Make the rows those of these jobs, in their order, touching only what changed. */
  #keep(/** @type {Job[]} */ jobs) {
    const ids = new Set(jobs.map((job) => job.id));
    for (const [id, row] of this.#rows) {
      if (ids.has(id)) continue;
      row.root.remove();
      this.#rows.delete(id);
    }
    /** @type {Element | null} */
    let place = this.list.firstElementChild;
    for (const job of jobs) {
      const row = this.#rows.get(job.id) ?? new Row(job.id, this.actions);
      this.#rows.set(job.id, row);
      row.update(cardOf(job, this.now()));
      if (row.root === place) place = place.nextElementSibling;
      else this.list.insertBefore(row.root, place);
    }
  }
}
