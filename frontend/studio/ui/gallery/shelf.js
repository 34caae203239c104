/** The shelf: the jobs that are shown, newest first, as pages and news bring them. */

/** @typedef {import("../core/jobs.js").Job} Job */

export class Shelf {
  /** @type {Job[]} Newest first: ids sort by the time at which they were made. */
  #jobs = [];
  /** @type {Map<string, Job>} */
  #byId = new Map();
  /** @type {Set<string>} Erased here; a page that was under way may still tell of them. */
  #gone = new Set();
  /** @type {string | null} The oldest job of the pages so far. */
  #oldest = null;
  /** @type {string | null} Where the list goes on. */
  cursor = null;
  /** Whether all pages are here. */
  ended = false;

  /** @returns {readonly Job[]} */
  get jobs() {
    return this.#jobs;
  }

  /** @param {string} id */
  get(id) {
    return this.#byId.get(id);
  }

  /** The next page. @param {Job[]} jobs @param {string | null} next */
  page(jobs, next) {
    for (const job of jobs) {
      this.#put(job);
      if (this.#oldest === null || job.id < this.#oldest) this.#oldest = job.id;
    }
    this.cursor = next;
    this.ended = next === null;
  }

  /**
   * A job that was made or changed; what is older than all pages so far comes with its own page.
   * @param {Job} job
   * @returns {boolean} Whether anything is shown differently now.
   */
  put(job) {
    const beyond = !this.ended && (this.#oldest === null || job.id < this.#oldest);
    if (beyond && !this.#byId.has(job.id)) return false;
    return this.#put(job);
  }

  /** @param {string} id @returns {boolean} Whether it was here. */
  remove(id) {
    this.#gone.add(id);
    return this.#leave(id);
  }

  /** It does not fit any more, but may again. @param {string} id */
  setAside(id) {
    return this.#leave(id);
  }

  /** @param {Job} job */
  #put(job) {
    if (this.#gone.has(job.id)) return false;
    const known = this.#byId.get(job.id);
    if (known && known.version > job.version) return false;
    const at = this.#placeOf(job.id);
    this.#jobs.splice(at, known ? 1 : 0, job);
    this.#byId.set(job.id, job);
    return true;
  }

  /** @param {string} id */
  #leave(id) {
    if (!this.#byId.delete(id)) return false;
    this.#jobs.splice(this.#placeOf(id), 1);
    return true;
  }

  /** Where a job stands, or would. @param {string} id */
  #placeOf(id) {
    let low = 0;
    let high = this.#jobs.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#jobs[middle].id > id) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
