/** Fit: what the models of the catalogue can do with a form, and what each would cost. */

/**
 * @typedef {{usd: number, quality: string | null, up_to_pixels: number | null}} Price
 * @typedef {Record<"needs" | "lacks" | "ignored" | "unmapped" | "approximate", Record<string, string>>
 *   & {only: Record<string, {values: string[], why: string}>, most: Record<string, number>}} Ability
 * @typedef {{name: string, title: string, available: boolean, tasks: Record<string, Ability>,
 *   prices: Price[], lifecycle: {state: string, ended: string | null, successor: string | null}}
 *   } Model
 * @typedef {{data: Model[], auto: {kind: string, when: Record<string, string>, models: string[]}[]}
 *   } Catalog
 */

/** The models that do this kind of task today. @param {Catalog} catalog @param {string} kind */
export function ableModels({ data }, kind) {
  return data.filter((model) => model.available && Object.hasOwn(model.tasks, kind));
}

/**
 * The model a form will most likely be run by: the one that is named, or the first that `auto` would
 * try for such a task. Which one it will be is the server's to say; this is for what a form shows
 * before there is a whole task to ask about.
 * @param {Catalog} catalog @param {string} kind @param {Record<string, any>} task
 * @returns {Model | null}
 */
export function likelyModel(catalog, kind, task) {
  const able = ableModels(catalog, kind);
  const named = able.find(({ name }) => name === task.model);
  if (named) return named;
  const route = catalog.auto.find(
    (r) => r.kind === kind && Object.entries(r.when).every(([field, value]) => task[field] === value),
  );
  for (const name of route?.models ?? []) {
    const model = able.find((some) => some.name === name);
    if (model && accepts(model.tasks[kind], task)) return model;
  }
  return able.find(({ name }) => route?.models.includes(name)) ?? null;
}

/**
 * Whether nothing that is set stands against it.
 * @param {Ability} ability @param {Record<string, any>} task
 */
function accepts({ needs, lacks, only }, task) {
  const set = (/** @type {string} */ field) => task[field] !== undefined && task[field] !== null;
  return Object.keys(needs).every(set) && !Object.keys(lacks).some(set) &&
    Object.entries(only).every(([field, { values }]) => !set(field) || values.includes(task[field]));
}

/**
 * Field → why setting it is of no use with this model.
 * @param {Model | null} model @param {string} kind
 * @returns {Record<string, string>}
 */
export function reasons(model, kind) {
  const ability = model?.tasks[kind];
  return ability ? { ...ability.ignored, ...ability.lacks } : {};
}

/**
 * Field → what this model makes of it.
 * @param {Model | null} model @param {string} kind
 * @returns {Record<string, string>}
 */
export function hints(model, kind) {
  const ability = model?.tasks[kind];
  return ability ? { ...ability.approximate, ...ability.unmapped } : {};
}

/**
 * Dollars for one picture: the first price whose conditions the task meets. Where its size follows
 * a given picture, the higher price holds.
 * @param {Model} model @param {Record<string, any>} task
 */
export function priceOf({ prices }, { quality = "standard", width, height }) {
  const pixels = width && height ? width * height : Infinity;
  const met = prices.find(
    (price) => (price.quality === null || price.quality === quality) &&
      (price.up_to_pixels === null || pixels <= price.up_to_pixels),
  );
  return met?.usd ?? null;
}
