/** Drafts: what is in a form and not sent yet outlives a reload. */

/** @typedef {Pick<Storage, "getItem" | "setItem">} Store */
/** @typedef {{values: Record<string, any>, task: Record<string, any>}} Draft
 * What Gradio's fields hold, and what our own controls do. */

/** @param {string} kind */
const keyOf = (kind) => `canvas-queue.draft.${kind}`;

/** @param {Store} store @param {string} kind @param {Draft} draft */
export function keepDraft(store, kind, draft) {
  try {
    store.setItem(keyOf(kind), JSON.stringify(draft));
  } catch {
    // Storage that is full or forbidden costs the draft, which is a convenience.
  }
}

/**
 * @param {Store} store @param {string} kind
 * @returns {Draft} Empty if nothing was kept.
 */
export function draftOf(store, kind) {
  let draft = null;
  try {
    draft = JSON.parse(store.getItem(keyOf(kind)) ?? "null");
  } catch {
    // What cannot be read, or is no draft of ours, is as good as none.
  }
  return { values: { ...draft?.values }, task: { ...draft?.task } };
}
