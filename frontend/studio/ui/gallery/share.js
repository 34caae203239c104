/** Sharing: links by which anybody sees a job's pictures, for a time; made, copied, taken back. */

import { button, element, loadStyles, setText } from "../core/dom.js";
import { Problem } from "../core/problem.js";
import { t } from "../core/words.js";
import { copy } from "./copying.js";
import { Dialog } from "./dialog.js";
import { timeWords } from "./facts.js";
import { wordsOf } from "./pictures.js";
import { troubleOf } from "./trouble.js";

const HOUR = 3600;
const DAY = 24 * HOUR;

/**
 * @typedef {import("../core/jobs.js").Job} Job
 * @typedef {{id: string, expires_at: string, created_at: string, show_settings: boolean,
 *   url?: string}} Share `url` is told only when it is made.
 */

export class ShareDialog {
  /** @type {Share[]} */
  #shares = [];

  /** @param {import("../core/api.js").Api} api @param {Job} job */
  constructor(api, job) {
    this.api = api;
    this.job = job;
    this.span = /** @type {HTMLSelectElement} */ (element("select", { class: "chip" }));
    this.span.append(
      new Option(t("1 hour"), String(HOUR)),
      new Option(t("1 day"), String(DAY)),
      new Option(t("7 days"), String(7 * DAY), true, true),
      new Option(t("30 days"), String(30 * DAY)),
    );
    this.settings = /** @type {HTMLInputElement} */ (element("input", { type: "checkbox" }));
    this.make = button(t("Create link"), () => void this.#create(), { class: "deed" });
    this.link = /** @type {HTMLInputElement} */ (
      element("input", { type: "text", readonly: "", class: "share-link", "aria-label": t("Link") })
    );
    this.link.addEventListener("focus", () => this.link.select());
    this.copy = button(t("Copy link"), () => void this.#copy(), { class: "deed" });
    this.fresh = element("div", { class: "share-fresh" }, this.link, this.copy);
    this.fresh.hidden = true;
    this.state = element("p", { class: "share-state" });
    this.list = element("ul", { class: "share-list" });
    this.dialog = new Dialog(
      { title: t("Share"), kind: "share" },
      element("p", { class: "share-words" }, wordsOf(job)),
      element("p", {}, t("Whoever has the link sees the pictures of this job, and nothing else of yours.")),
      element("label", { class: "share-field" }, t("The link works for"), this.span),
      element("label", { class: "share-check" }, this.settings, t("Show the words and settings, too")),
      element("div", { class: "leaf-deeds" }, this.make),
      this.fresh,
      element("h3", { class: "share-title" }, t("Links of this job")),
      this.state,
      this.list,
    );
  }

  /** @param {import("./front.js").Front} front */
  async open(front) {
    await loadStyles(new URL("./share.css", import.meta.url));
    front.open(this.dialog);
    this.span.focus();
    setText(this.state, t("Loading…"));
    await this.#tried(async () => {
      this.#shares = (await this.api.get(`/jobs/${this.job.id}/shares`)).body.data;
      this.#draw();
    });
  }

  async #create() {
    this.make.disabled = true;
    await this.#tried(async () => {
      const wanted = {
        expires_in: Number(this.span.value),
        show_settings: this.settings.checked,
      };
      const { body } = await this.api.post(`/jobs/${this.job.id}/share`, wanted);
      this.#shares.unshift(body);
      this.fresh.hidden = false;
      this.link.value = body.url;
      this.#draw();
      this.copy.focus();
      this.dialog.announce(t("The link is ready. It is shown only now, so copy it."));
    });
    this.make.disabled = false;
  }

  async #copy() {
    const done = await copy(this.link.value, this.copy);
    if (done) this.dialog.announce(t("Copied."));
    else this.link.focus();
    this.copy.textContent = done ? t("Copied") : t("Copy link");
  }

  /** @param {Share} share */
  async #revoke(share) {
    await this.#tried(async () => {
      await this.api.delete(`/shares/${share.id}`);
      this.#shares = this.#shares.filter(({ id }) => id !== share.id);
      if (share.url && share.url === this.link.value) this.fresh.hidden = true;
      this.#draw();
      this.dialog.announce(t("The link does not work any more."));
      this.make.focus();
    });
  }

  #draw() {
    setText(this.state, this.#shares.length === 0 ? t("There is none.") : "");
    this.copy.textContent = t("Copy link");
    this.list.replaceChildren(...this.#shares.map((share) => element(
      "li",
      {},
      element(
        "span",
        {},
        t("Works until {time}", { time: timeWords(share.expires_at) }),
        share.show_settings ? ` · ${t("with settings")}` : "",
      ),
      button(t("Revoke"), () => void this.#revoke(share), {
        class: "deed danger",
        "aria-label": t("Revoke the link of {time}", { time: timeWords(share.created_at) }),
      }),
    )));
  }

  /** @param {() => Promise<void>} work */
  async #tried(work) {
    try {
      await work();
      this.dialog.say("");
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      this.dialog.say(troubleOf(problem));
      setText(this.state, "");
    }
  }
}
