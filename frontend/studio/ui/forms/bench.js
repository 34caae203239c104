/** The bench: the forms at work. What is set in one, what it would cost, and how it is sent. */

import { button } from "../core/dom.js";
import { Problem } from "../core/problem.js";
import { t } from "../core/words.js";
import { Form } from "./form.js";
import { Forms } from "./forms.js";
import { Quoting } from "./quoting.js";
import { bodyOf } from "./state.js";

/** @typedef {import("../core/jobs.js").Job} Job */

export class Bench {
  /** @type {Map<string, import("./aids.js").Aids>} Kind → the helps of its form. */
  aids = new Map();
  /** Kind → the field that takes a picture, for those that take one. @type {Record<string, string>} */
  inputs = {};
  /** @type {Set<string>} The forms that are being sent. */
  #sending = new Set();
  /** @type {Set<string>} The forms whose seed is kept. */
  #locked = new Set();

  /**
   * @param {{api: import("../core/api.js").Api, store: Storage}} page
   * @param {{send: (body: object, unreached?: () => void) => Promise<Job>, show: (kind: string) => void,
   *   sheet: (job: Job) => void}} hooks
   *   Submit a job, which may end in a Problem; show a form; show the grid that a job is of.
   */
  constructor({ api, store }, { send, show, sheet }) {
    this.api = api;
    this.send = send;
    this.showForm = show;
    this.showSheet = sheet;
    this.forms = new Forms(store);
    this.quoting = new Quoting(api, (kind, quote) => this.#quoted(kind, quote));
  }

  /** Submit a form. Never throws: Gradio would swallow it, and nobody would be told. */
  async submit(/** @type {string} */ kind) {
    if (this.#sending.has(kind)) return;
    this.#sending.add(kind);
    const form = new Form(kind);
    form.clear();
    form.setBusy(true);
    try {
      const job = await this.#send(kind, () => {
        form.say(t("There is no connection. This is sent by itself once there is one."));
      });
      form.clear();
      if (this.#locked.has(kind)) this.set(kind, { seed: job.task.seed });
    } catch (problem) {
      if (problem instanceof Problem) await form.show(problem);
      else {
        console.error(problem);
        form.say(t("Something went wrong on this page. Reload it and try again."));
      }
    } finally {
      form.setBusy(false);
      this.#sending.delete(kind);
    }
  }

  /** Send a form; once more if the server had lost a picture that can be sent again. */
  async #send(/** @type {string} */ kind, /** @type {() => void} */ unreached) {
    const state = this.forms.get(kind);
    try {
      return await this.send(bodyOf(kind, await state.task()), unreached);
    } catch (problem) {
      if (!(problem instanceof Problem) || !state.recover(problem)) throw problem;
      return this.send(bodyOf(kind, await state.task()), unreached);
    }
  }

  /** Something in a form changed. */
  changed = (/** @type {string} */ kind) => {
    const state = this.forms.get(kind);
    state.save();
    this.forms.fit(kind);
    this.aids.get(kind)?.size?.show(state.sketch());
    this.quoting.changed(kind, state.whole ? state.sketch() : null);
  };

  /**
   * A form begins with its examples.
   * @param {HTMLElement} place @param {string} kind
   * @param {{title: string, task: Record<string, any>}[]} examples
   * @param {string[]} required The fields without which there is no task.
   */
  open(place, kind, examples, required) {
    this.forms.get(kind).required = required;
    const row = /** @type {HTMLElement} */ (place.querySelector(".examples"));
    const help = /** @type {HTMLElement} */ (place.querySelector(".task-help"));
    help.textContent = t(help.textContent ?? "");
    row.replaceChildren(
      ...examples.map(({ title, task }) => button(t(title), () => this.restore(kind, task))),
    );
  }

  /** Put a job's settings back into its form. @param {Job} job */
  remix(job) {
    const urls = (job.inputs ?? []).map((/** @type {any} */ input) => [input.place, input.url]);
    const { kind, ...task } = job.task;
    this.restore(kind, { ...task, model: job.requested_model }, Object.fromEntries(urls));
    void new Form(kind).goTo();
  }

  /**
   * Send a picture to another form, as what it works on.
   * @param {string} kind @param {Job} job @param {number} k
   */
  useAs(kind, job, k) {
    const field = this.inputs[kind];
    const named = { artifact: `${job.id}/${k}` };
    const several = field === "images";
    const url = job.artifacts?.find((artifact) => artifact.k === k)?.url;
    const place = several ? "images/0" : field;
    this.forms.get(kind).give(field, several ? [named] : named, url ? { [place]: url } : {});
    this.showForm(kind);
    this.changed(kind);
    void new Form(kind).goTo();
  }

  /**
   * Put a task into its form, and show it.
   * @param {string} kind @param {Record<string, any>} task @param {Record<string, string>} urls
   */
  restore(kind, task, urls = {}) {
    new Form(kind).clear();
    this.forms.get(kind).restore(task, urls);
    this.forms.refresh(kind);
    this.showForm(kind);
    this.changed(kind);
  }

  /** Set some of a form's fields. @param {string} kind @param {Record<string, any>} values */
  set(kind, values) {
    this.forms.get(kind).set(values);
    this.forms.refresh(kind);
  }

  /** Whether a form's seed stays from one job to the next. @param {string} kind */
  locked(kind) {
    return this.#locked.has(kind);
  }

  /** @param {string} kind @param {boolean} locked */
  lock(kind, locked) {
    if (locked) this.#locked.add(kind);
    else this.#locked.delete(kind);
  }

  /** @param {string} kind @param {any} quote */
  #quoted(kind, quote) {
    const title = this.forms.titles()[quote?.resolved_model];
    this.aids.get(kind)?.quote?.show(
      quote && {
        usd: quote.cost.estimate_usd,
        images: Number(this.forms.get(kind).sketch().n ?? 1),
        model: title ?? quote.resolved_model,
        fallback: quote.fallback_reason,
        warnings: quote.warnings,
      },
    );
  }
}
