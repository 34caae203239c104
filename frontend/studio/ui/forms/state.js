/** Forms, as the page's code knows them: what Gradio's fields hold, our own controls, and what is to
 * be shown in both. A form whose tab was never opened has no controls yet; what they are to show
 * waits for them. */

import { draftOf, keepDraft } from "./drafts.js";

/**
 * A control that Gradio has none like.
 * @typedef {object} Widget
 * @property {readonly string[]} fields The task's fields it sets.
 * @property {() => Promise<Record<string, unknown>>} task Its part of the task, as the API takes it;
 *   it waits for uploads, and fails with a Problem if one failed.
 * @property {boolean} [ready] Whether it holds what a task needs of it beyond required fields, such
 *   as one of two; a control that does not say is.
 * @property {(task: Record<string, any>, urls: Record<string, string>) => void} restore
 *   Show these values; `urls` maps a place such as `images/0` to where its picture can be read.
 * @property {() => Record<string, any>} draft What `restore` would bring back, without waiting.
 * @property {(reasons: Record<string, string>) => void} fit Field → why it cannot be set.
 * @property {(problem: import("../core/problem.js").Problem) => boolean} [recover] The server refused
 *   the task: put right what can be, such as a picture it has lost. Whether to ask once more.
 */

/** Everything that one form holds. */
export class FormState {
  /** @type {Widget[]} */
  widgets = [];
  /** @type {Record<string, any>} What Gradio's fields hold. */
  values = {};
  /** @type {string[] | null} The fields without which there is no task; known once it is open. */
  required = null;
  /** @type {Record<string, any> | null} What Gradio's fields are to show at the next update. */
  #pending = null;
  /** @type {Record<string, unknown>} What Gradio's fields hold before anybody has touched them. */
  #firsts = {};
  /** Whether what is pending is a draft, which gives way to what is typed before it is shown. */
  #drafted = true;
  /** @type {{task: Record<string, any>, urls: Record<string, string>}} For controls to come. */
  #shown;

  /**
   * @param {string} kind
   * @param {import("./drafts.js").Store} store
   */
  constructor(kind, store) {
    this.kind = kind;
    this.store = store;
    const { values, task } = draftOf(store, kind);
    this.#pending = Object.keys(values).length > 0 ? values : null;
    this.values = values;
    this.#shown = { task, urls: {} };
  }

  /** A control has been drawn: it shows what was waiting for it. @param {Widget} widget */
  add(widget) {
    // Gradio may draw a tab again; the control of before is gone then.
    this.widgets = this.widgets.filter((other) => other.fields[0] !== widget.fields[0]);
    this.widgets.push(widget);
    const { task, urls } = this.#shown;
    if (widget.fields.some((field) => field in task)) widget.restore(task, urls);
  }

  /** Gradio's fields, as they are at first. @param {Record<string, unknown>} firsts */
  begin(firsts) {
    this.#firsts = firsts;
    this.values = { ...firsts, ...this.values };
  }

  /** Whether there is a task to ask about: nothing is missing, and every picture has arrived. */
  get whole() {
    const sketch = this.sketch();
    // A picture that is still on its way has only a name that this page knows.
    const arrived = !/"(?:kept|sample)":/.test(JSON.stringify(sketch));
    const told = this.required?.every((name) => name in sketch) ?? false;
    return told && arrived && this.widgets.every(({ ready = true }) => ready);
  }

  /** @param {string[]} names @param {unknown[]} values What Gradio's fields hold now. */
  keep(names, values) {
    const now = Object.fromEntries(names.map((name, i) => [name, values[i] ?? null]));
    if (this.#drafted) this.#giveWay(now);
    // What is still to be shown is not in Gradio's fields yet.
    this.values = this.#drafted ? { ...now, ...this.#pending } : now;
    this.save();
  }

  /** Keep what is in the form through a reload. */
  save() {
    keepDraft(this.store, this.kind, { values: this.values, task: this.#drafts() });
  }

  /**
   * Show a task, and nothing of what was in the form before.
   * @param {Record<string, any>} task @param {Record<string, string>} urls
   */
  restore(task, urls) {
    this.#drafted = false;
    this.#pending = { ...Object.fromEntries(Object.keys(this.values).map((n) => [n, null])), ...task };
    this.#shown = { task, urls };
    for (const widget of this.widgets) widget.restore(task, urls);
    this.save();
  }

  /**
   * Put a picture into one field and leave the others, but for those of the same control.
   * @param {string} field @param {any} value @param {Record<string, string>} urls
   */
  give(field, value, urls) {
    const task = { [field]: value };
    this.#shown = { task: { ...this.#shown.task, ...task }, urls: { ...this.#shown.urls, ...urls } };
    for (const widget of this.widgets) if (widget.fields.includes(field)) widget.restore(task, urls);
    this.save();
  }

  /** @param {Record<string, any>} values Some of Gradio's fields, and what they are to show. */
  set(values) {
    this.#pending = { ...this.#pending, ...values };
  }

  /** What Gradio's fields are to show, asked for once. */
  takePending() {
    const pending = this.#pending;
    this.#pending = null;
    this.#drafted = false;
    return pending;
  }

  /** The task as far as it is known without waiting, with the model: for a price. */
  sketch() {
    return filled({ ...this.values, ...this.#drafts() });
  }

  /** The task, with the model, once every picture has arrived. */
  async task() {
    const parts = await Promise.all(this.widgets.map((widget) => widget.task()));
    return filled(Object.assign(this.#waiting(), this.values, ...parts));
  }

  /**
   * The server refused the task.
   * @param {import("../core/problem.js").Problem} problem
   * @returns {boolean} Whether something was put right, so that it is worth asking once more.
   */
  recover(problem) {
    const recovered = this.widgets.map((widget) => widget.recover?.(problem) ?? false);
    return recovered.includes(true);
  }

  /** Of the draft, drop what somebody has set anew. @param {Record<string, any>} now */
  #giveWay(now) {
    this.#pending = Object.fromEntries(
      Object.entries(this.#pending ?? {}).filter(
        ([name]) => String(now[name] ?? "") === String(this.#firsts[name] ?? ""),
      ),
    );
  }

  #drafts() {
    return Object.assign(this.#waiting(), ...this.widgets.map((widget) => widget.draft()));
  }

  /** What is shown by controls that are not drawn yet. */
  #waiting() {
    const drawn = new Set(this.widgets.flatMap(({ fields }) => fields));
    const fields = Object.entries(this.#shown.task).filter(
      ([name]) => !drawn.has(name) && !(name in this.values) && name !== "kind",
    );
    return Object.fromEntries(fields);
  }
}

/**
 * Without what is empty, so that the task's own defaults hold.
 * @param {Record<string, any>} values
 * @returns {Record<string, any>}
 */
function filled(values) {
  return Object.fromEntries(
    Object.entries(values).filter(([, v]) => v !== null && v !== undefined && v !== ""),
  );
}

/**
 * The body of `POST /jobs`.
 * @param {string} kind @param {Record<string, any>} values The fields of the task, and the model.
 */
export function bodyOf(kind, { model = "auto", ...task }) {
  return { task: { kind, ...task }, model: String(model) };
}
