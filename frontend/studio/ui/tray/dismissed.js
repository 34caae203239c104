/** Dismissed: which ended jobs somebody has put away, in this browser. */

const KEPT = "canvas-queue.dismissed";
/** Ids that are remembered; those of jobs that nobody lists any more are no loss. */
const MOST = 500;

export class Dismissed {
  /** @type {Set<string>} */
  #ids;

  /** @param {Pick<Storage, "getItem" | "setItem">} store */
  constructor(store) {
    this.store = store;
    this.#ids = new Set(read(store));
  }

  /** @param {string} id */
  has(id) {
    return this.#ids.has(id);
  }

  /** @param {string[]} ids */
  add(...ids) {
    for (const id of ids) this.#ids.add(id);
    this.#ids = new Set([...this.#ids].slice(-MOST));
    try {
      this.store.setItem(KEPT, JSON.stringify([...this.#ids]));
    } catch {
      // Then they are away until the page is loaded again.
    }
  }
}

/** @param {Pick<Storage, "getItem">} store @returns {string[]} */
function read(store) {
  try {
    const kept = JSON.parse(store.getItem(KEPT) ?? "[]");
    return Array.isArray(kept) ? kept.filter((id) => typeof id === "string") : [];
  } catch {
    return [];
  }
}
