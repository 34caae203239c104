/** The selection: which pictures are ticked, by key, in the order in which they were. */

export class Selection {
  /** @type {Set<string>} */
  #keys = new Set();
  /** Where a range begins: what was ticked last. */
  #from = "";

  get size() {
    return this.#keys.size;
  }

  get keys() {
    return [...this.#keys];
  }

  /** @param {string} key */
  has(key) {
    return this.#keys.has(key);
  }

  /** @param {string} key */
  toggle(key) {
    if (!this.#keys.delete(key)) this.#keys.add(key);
    this.#from = key;
  }

  /**
   * Tick all from the one ticked last to this one.
   * @param {string} key @param {readonly string[]} all In the order in which they are seen.
   */
  reach(key, all) {
    const [from, to] = [all.indexOf(this.#from), all.indexOf(key)];
    if (from < 0 || to < 0) return this.toggle(key);
    for (const between of all.slice(Math.min(from, to), Math.max(from, to) + 1)) {
      this.#keys.add(between);
    }
    this.#from = key;
    return undefined;
  }

  /** Let go of all that is not among these. @param {(key: string) => boolean} stays */
  keep(stays) {
    for (const key of this.#keys) if (!stays(key)) this.#keys.delete(key);
  }

  clear() {
    this.#keys.clear();
    this.#from = "";
  }
}
