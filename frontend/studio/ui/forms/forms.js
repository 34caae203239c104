/** All forms of the page: what their fields show, in which words, and what the chosen model makes of
 * them. */

import { heard, t } from "../core/words.js";
import { wordsOf } from "./drawn.js";
import { hints, likelyModel, reasons } from "./fit.js";
import { FormState } from "./state.js";

/** @typedef {import("./fit.js").Catalog} Catalog */

/** What the model makes of these is said once, beside the size. */
const SIDES = ["width", "height"];

export class Forms {
  /** @type {Map<string, FormState>} */
  #states = new Map();
  /** @type {Map<string, string>} Kind → what was last said of the model's ways. */
  #fitted = new Map();
  /** @type {Catalog} */
  catalog = { data: [], auto: [] };
  /** @type {Record<string, () => void>} Kind → have Gradio ask for the updates of its form. */
  #refresh = {};

  /** @param {import("./drafts.js").Store} store */
  constructor(store) {
    this.store = store;
  }

  /** @param {string} kind */
  get(kind) {
    let state = this.#states.get(kind);
    if (!state) {
      state = new FormState(kind, this.store);
      this.#states.set(kind, state);
    }
    return state;
  }

  /**
   * Gradio's fields of a form have changed.
   * @param {string} kind @param {string[]} names @param {unknown[]} values What they hold now.
   */
  keep(kind, names, values) {
    const state = this.get(kind);
    state.begin(firsts(kind, names));
    state.keep(names, values);
  }

  /**
   * The page is drawn: from now on its fields can be set.
   * @param {Record<string, () => void>} refresh
   */
  begin(refresh) {
    this.#refresh = refresh;
    for (const kind of Object.keys(refresh)) this.refresh(kind);
  }

  /** Have a form show what it is to show. @param {string} kind */
  refresh(kind) {
    this.#refresh[kind]?.();
  }

  /** The models are known, or have changed. @param {Catalog} catalog */
  setCatalog(catalog) {
    this.catalog = catalog;
    for (const kind of Object.keys(this.#refresh)) this.fit(kind);
  }

  /** Model name → title. @returns {Record<string, string>} */
  titles() {
    return Object.fromEntries(this.catalog.data.map(({ name, title }) => [name, title]));
  }

  /** Something in a form changed, its model perhaps: say what it makes of the rest. */
  fit(/** @type {string} */ kind) {
    const why = this.#reasons(kind);
    for (const widget of this.get(kind).widgets) widget.fit(why);
    const fitted = JSON.stringify([why, this.#hints(kind)]);
    if (this.#fitted.get(kind) === fitted) return;
    this.#fitted.set(kind, fitted);
    this.refresh(kind);
  }

  /** The model that will most likely run a form. @param {string} kind */
  model(kind) {
    return likelyModel(this.catalog, kind, this.get(kind).sketch());
  }

  /**
   * Updates of a form's Gradio components: values if there are new ones, words, and whether they
   * can be set. First the fields, then what is around them and sets none itself.
   * @param {string} kind @param {string[]} names @param {string[]} around
   */
  updates(kind, names, around) {
    const state = this.get(kind);
    state.begin(firsts(kind, names));
    const pending = state.takePending();
    const why = this.#reasons(kind);
    const notes = this.#hints(kind);
    const fields = names.map((name) => {
      const words = wordsOf(`${kind}-${name}`);
      return {
        ...update(pending, name, words.value),
        ...said(words, why[name] ?? (SIDES.includes(name) ? undefined : notes[name])),
        interactive: !(name in why),
      };
    });
    const rest = around.map((name) => {
      const words = wordsOf(`${kind}-${name}`);
      switch (name) {
        case "size":
          return { ...update(sized(pending), name, words.value), ...said(words, notes.width) };
        case "go":
          return { __type__: "update", value: t(String(words.value)) };
        default:
          return { __type__: "update", ...said(words) };
      }
    });
    return [...fields, ...rest];
  }

  /** What has no effect: with `auto`, only what no model of the kind heeds. @param {string} kind */
  #reasons(kind) {
    const model = this.#named(kind);
    if (model) return inWords(reasons(model, kind));
    const all = this.catalog.data
      .filter(({ available, tasks }) => available && Object.hasOwn(tasks, kind))
      .map((some) => reasons(some, kind));
    const [first = {}, ...rest] = all;
    return inWords(Object.fromEntries(
      Object.entries(first).filter(([field]) => rest.every((other) => field in other)),
    ));
  }

  /** @param {string} kind */
  #hints(kind) {
    return inWords(hints(this.#named(kind), kind));
  }

  /** @param {string} kind */
  #named(kind) {
    const { model } = this.get(kind).sketch();
    return this.catalog.data.find(({ name }) => name === model) ?? null;
  }
}

/** What Gradio's fields hold at first. @param {string} kind @param {string[]} names */
function firsts(kind, names) {
  return Object.fromEntries(names.map((name) => [name, wordsOf(`${kind}-${name}`).value]));
}

/** What the catalogue says, in the reader's words. @param {Record<string, string>} reasons */
function inWords(reasons) {
  return Object.fromEntries(Object.entries(reasons).map(([field, why]) => [field, heard(why)]));
}

/** @param {number} width @param {number} height */
export function sizeOf(width, height) {
  return `${width}x${height}`;
}

/** What is to be shown, as a size. @param {Record<string, any> | null} pending */
function sized(pending) {
  if (pending === null || !SIDES.some((side) => side in pending)) return null;
  const { width, height } = pending;
  return { size: width && height ? sizeOf(width, height) : null };
}

/**
 * The update of one component: its new value if it is to have one, or its first if that is none.
 * @param {Record<string, any> | null} pending @param {string} name @param {unknown} first
 */
function update(pending, name, first) {
  if (pending === null || !(name in pending)) return { __type__: "update" };
  // A Number would turn null into 0.
  return { __type__: "update", value: pending[name] ?? first ?? "" };
}

/**
 * The words of a component in the reader's language, with a note in place of its own hint.
 * @param {import("./drawn.js").Words} words @param {string} [note]
 */
function said({ label, info, placeholder, choices }, note) {
  const hint = note ?? (info && t(info));
  return {
    ...(label ? { label: t(label) } : {}),
    ...(hint ? { info: hint } : info === undefined ? {} : { info }),
    ...(placeholder ? { placeholder: t(placeholder) } : {}),
    ...(choices ? { choices: choices.map(([name, value]) => [t(name), value]) } : {}),
  };
}
