/** The grid: many prompts by many seeds in one go; every cell is a job of its own. */

import { button, element, setText } from "../core/dom.js";
import { newKey } from "../core/api.js";
import { Problem, sentence } from "../core/problem.js";
import { count, dollars, t } from "../core/words.js";
import { priceOf } from "./fit.js";
import { bodyOf } from "./state.js";

const KIND = "text_to_image";
const PROMPTS_MOST = 5;
const SEEDS_MOST = 5;
const SEED_MOST = 2_147_483_646;

/**
 * The bodies of a grid's jobs, row by row. Each says where in which grid it stands.
 * @param {Record<string, any>} task The form, whose prompt and seed each cell replaces.
 * @param {string[]} prompts @param {number[]} seeds @param {string} grid Names the grid.
 */
export function bodiesOf(task, prompts, seeds, grid) {
  const size = { grid, rows: String(prompts.length), columns: String(seeds.length) };
  return prompts.flatMap((prompt, row) => seeds.map((seed, column) => ({
    ...bodyOf(KIND, { ...task, prompt, seed, n: 1 }),
    metadata: { ...size, row: String(row), column: String(column) },
  })));
}

/** One prompt a line; blank lines are none. @param {string} text */
export function promptsOf(text) {
  return text.split("\n").map((line) => line.trim()).filter(Boolean);
}

export class GridForm {
  /** @type {object[]} The bodies of the jobs of the grid that was begun. */
  #bodies = [];
  /** @type {import("../core/jobs.js").Job[]} Those of them that have been accepted. */
  #jobs = [];

  /** @param {import("./bench.js").Bench} bench */
  constructor(bench) {
    this.bench = bench;
    this.task = bench.forms.get(KIND).sketch();
    this.words = /** @type {HTMLTextAreaElement} */ (element("textarea", { rows: "5" }));
    this.words.value = this.task.prompt ?? "";
    this.seeds = /** @type {HTMLInputElement} */ (
      element("input", { type: "number", min: "1", max: String(SEEDS_MOST), value: "3" })
    );
    this.trouble = element("p", { class: "field-problem", role: "alert" });
    this.trouble.hidden = true;
    this.quote = element("p", { class: "quote-words" });
    this.go = button(t("Run the grid"), () => void this.#run(), { class: "primary" });
    this.dialog = /** @type {HTMLDialogElement} */ (
      element(
        "dialog",
        { class: "sheet grid-form", "aria-label": t("Grid of prompts and seeds") },
        element(
          "header",
          {},
          element("h2", {}, t("Grid of prompts and seeds")),
          button(t("Close"), () => this.dialog.close(), { class: "quiet" }),
        ),
        element("p", {}, t("Each prompt is painted with each seed, as a job of its own. The other settings are those of the form.")),
        element("label", {}, t("Prompts, one a line"), this.words),
        element("label", {}, t("Seeds"), this.seeds),
        this.trouble,
        this.quote,
        this.go,
      )
    );
    this.dialog.addEventListener("close", () => this.dialog.remove());
    this.dialog.addEventListener("input", () => {
      this.#jobs = [];
      this.#reckon();
    });
  }

  open() {
    document.body.append(this.dialog);
    this.dialog.showModal();
    this.#reckon();
  }

  /** What is wrong, or what it will cost. */
  #reckon() {
    const prompts = promptsOf(this.words.value);
    const seeds = Number(this.seeds.value);
    const wrong = this.#wrong(prompts, seeds);
    setText(this.trouble, wrong);
    this.go.disabled = wrong !== "";
    const model = this.bench.forms.model(KIND);
    const each = model && priceOf(model, this.task);
    const n = prompts.length * seeds;
    setText(this.quote, wrong || each === null ? "" : count(
      n,
      "{n} picture, about {usd}",
      "{n} pictures, about {usd}",
      { usd: dollars(n * each) },
    ));
  }

  /** @param {string[]} prompts @param {number} seeds */
  #wrong(prompts, seeds) {
    if (prompts.length === 0) return t("Write at least one prompt.");
    if (prompts.length > PROMPTS_MOST) return t("At most {n} prompts.", { n: PROMPTS_MOST });
    if (!Number.isInteger(seeds) || seeds < 1 || seeds > SEEDS_MOST) {
      return t("1 to {n} seeds.", { n: SEEDS_MOST });
    }
    return "";
  }

  /** The jobs of the grid as it is set; the same ones until it is set anew. */
  #begin() {
    const prompts = promptsOf(this.words.value);
    const seeds = Array.from(
      { length: Number(this.seeds.value) },
      () => Math.floor(Math.random() * (SEED_MOST + 1)),
    );
    if (this.task.seed !== undefined) seeds[0] = Number(this.task.seed);
    return bodiesOf(this.task, prompts, seeds, newKey());
  }

  /** Send what has not been sent yet. */
  async #run() {
    if (this.#jobs.length === 0) this.#bodies = this.#begin();
    this.#setBusy(true);
    setText(this.trouble, "");
    try {
      while (this.#jobs.length < this.#bodies.length) {
        setText(this.quote, this.#sent());
        this.#jobs.push(await this.bench.send(this.#bodies[this.#jobs.length]));
      }
      this.dialog.close();
      void this.bench.showSheet(this.#jobs[0]);
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      setText(this.quote, "");
      setText(this.trouble, `${this.#sent()} ${sentence(problem)}`);
      this.#setBusy(false);
      this.go.focus();
    }
  }

  #sent() {
    return t("{sent} of {n} jobs were sent.", {
      sent: this.#jobs.length,
      n: this.#bodies.length,
    });
  }

  /** @param {boolean} busy */
  #setBusy(busy) {
    this.go.setAttribute("aria-busy", String(busy));
    for (const control of [this.go, this.words, this.seeds]) control.disabled = busy;
  }
}
