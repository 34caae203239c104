/** Drafts: what is typed into a form and not sent yet outlives a reload. */

/** @typedef {Pick<Storage, "getItem" | "setItem">} Store */

/** @param {string} kind */
const keyOf = (kind) => `canvas-queue.draft.${kind}`;

/**
 * @param {Store} store @param {string} kind
 * @param {string[]} names @param {unknown[]} values
 */
export function keepDraft(store, kind, names, values) {
  const draft = Object.fromEntries(names.map((name, i) => [name, values[i] ?? null]));
  try {
    store.setItem(keyOf(kind), JSON.stringify(draft));
  } catch {
    // Storage that is full or forbidden costs the draft, which is a convenience.
  }
}

/**
 * @param {Store} store @param {string} kind
 * @returns {Record<string, any>} Field → value; empty if nothing was kept.
 */
export function draftOf(store, kind) {
  try {
    const draft = JSON.parse(store.getItem(keyOf(kind)) ?? "{}");
    return draft !== null && typeof draft === "object" ? draft : {};
  } catch {
    return {};
  }
}
