/** What the browser keeps for this page; where it keeps nothing, what the page remembers itself. */

/**
 * The browser's storage. Where it is forbidden, as some browsers do within a page of another site,
 * one that lasts as long as the page.
 * @param {{localStorage: Storage}} world
 * @returns {Storage}
 */
export function kept(world = globalThis) {
  try {
    return world.localStorage;
  } catch {
    return new Memory();
  }
}

/** @implements {Storage} */
class Memory {
  /** @type {Map<string, string>} */
  #items = new Map();

  get length() {
    return this.#items.size;
  }

  /** @param {number} index */
  key(index) {
    return [...this.#items.keys()][index] ?? null;
  }

  /** @param {string} name */
  getItem(name) {
    return this.#items.get(name) ?? null;
  }

  /** @param {string} name @param {string} value */
  setItem(name, value) {
    this.#items.set(name, String(value));
  }

  /** @param {string} name */
  removeItem(name) {
    this.#items.delete(name);
  }

  clear() {
    this.#items.clear();
  }
}
