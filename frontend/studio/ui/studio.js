/** The studio: what the page and its listeners call. Each call is handed on to the desk. */

import { kept } from "./core/kept.js";
import { preferred, speak } from "./core/words.js";
import { Desk } from "./desk.js";
import { makeAid } from "./forms/aids.js";
import { Form } from "./forms/form.js";
import { sizeOf } from "./forms/forms.js";
import { makeWidget } from "./widgets.js";

/** Everything waits for the words: what is drawn in one language stays in it. */
const store = kept();
const desk = speak(preferred(store, navigator.languages)).then(() => new Desk(store));

/** @type {Desk | null} The same, for listeners that cannot wait. */
let here = null;
void desk.then((made) => {
  here = made;
});

/**
 * The page has drawn the place for jobs and pictures.
 * @param {HTMLElement} place
 * @param {import("./desk.js").Drawn} drawn
 */
export async function mount(place, drawn) {
  const root = /** @type {HTMLElement} */ (place.querySelector("#desk"));
  await (await desk).begin(root, drawn);
}

/**
 * A form has been drawn up to its first field.
 * @param {HTMLElement} place
 * @param {{kind: string, examples: any[], required: string[]}} form
 */
export async function opening(place, { kind, examples, required }) {
  (await desk).bench.open(place, kind, examples, required);
}

/**
 * A form has a place for a control of ours.
 * @param {HTMLElement} place @param {{kind: string, name: string, fields: string[]}} setting
 */
export async function widget(place, setting) {
  const { api, bench: { forms, changed } } = await desk;
  const { kind } = setting;
  const control = await makeWidget(place, { ...setting, api, forms, changed: () => changed(kind) });
  forms.get(kind).add(control);
  forms.fit(kind);
}

/**
 * A form has a place for a help beside a field of Gradio's.
 * @param {HTMLElement} place @param {{kind: string, name: string}} which
 */
export async function aid(place, { kind, name }) {
  makeAid(place, kind, name, (await desk).bench);
}

export const studio = {
  /** Submit a form. @param {string} kind @param {string[]} names @param {unknown[]} values */
  async submit(kind, names, values) {
    const { bench } = await desk;
    bench.forms.keep(kind, names, values);
    await bench.submit(kind);
  },

  /** A field has changed. @param {string} kind @param {string[]} names @param {unknown[]} values */
  async keep(kind, names, values) {
    const { bench } = await desk;
    bench.forms.keep(kind, names, values);
    bench.changed(kind);
  },

  /**
   * What a form's Gradio components are to show: its fields, and what is around them.
   * @param {string} kind @param {string[]} names @param {string[]} around
   */
  updates(kind, names, around) {
    const updates = here?.bench.forms.updates(kind, names, around);
    queueMicrotask(() => here?.bench.changed(kind));
    return updates;
  },

  /**
   * Updates of the tabs: which is to be open, if one is, and then each one's title.
   * @param {string[]} kinds
   */
  tabs(kinds) {
    return here?.tabs.updates(kinds);
  },

  /**
   * A shape was chosen: the sides it stands for.
   * @param {string} kind @param {string} size Such as `1024x768`.
   */
  sides(kind, size) {
    const form = new Form(kind);
    form.forgive("width");
    form.forgive("height");
    return size.split("x").map(Number);
  },

  /** A side was typed: the shape it makes, if it is one of those offered. */
  size(/** @type {number[]} */ [width, height]) {
    return sizeOf(width, height);
  },
};
Object.assign(window, { studio });
