/** The list of jobs, as the server tells it; nothing of it is kept in the browser. */

/**
 * @typedef {{id: string, version: number, status: string, done: boolean, created_at: string,
 *   progress?: {images_done: number, images_total: number}, artifacts?: any[],
 *   inputs?: any[]}
 *   & Record<string, any>} Job
 */

export class JobList {
  /** @type {Map<string, Job>} What is known, of which a poll tells only the short form. */
  #jobs = new Map();
  /** @type {Map<string, Job>} What was last told in full. */
  #full = new Map();

  /** All jobs, newest first: ids sort by the time at which they were made. */
  all() {
    return [...this.#jobs.values()].sort((a, b) => (a.id < b.id ? 1 : a.id > b.id ? -1 : 0));
  }

  /** The ids of the jobs of which there is more to learn, oldest first. */
  open() {
    return this.all().filter((job) => !job.done || this.#lags(job)).map((job) => job.id).reverse();
  }

  /** @param {string} id */
  get(id) {
    return this.#jobs.get(id);
  }

  /**
   * Take a job in full. What is older than what is known is dropped: answers may overtake.
   * @param {Job} job
   * @returns {boolean} Whether it was taken.
   */
  put(job) {
    const known = this.#jobs.get(job.id);
    if (known && known.version > job.version) return false;
    this.#jobs.set(job.id, job);
    this.#full.set(job.id, job);
    return true;
  }

  /**
   * Take the short rows of a poll.
   * @param {any[]} rows
   * @returns {{news: boolean, gone: string[], incomplete: string[]}} Whether anything happened;
   *   the jobs that are no more; and those to be fetched in full, for their pictures.
   */
  merge(rows) {
    const gone = [];
    const incomplete = [];
    let news = false;
    for (const row of rows) {
      const known = this.#jobs.get(row.id);
      if (!known) continue;
      if (row.missing) {
        this.#jobs.delete(row.id);
        this.#full.delete(row.id);
        gone.push(row.id);
      } else if (row.version >= known.version) {
        const job = { ...known, ...row };
        news ||= happened(known, job);
        this.#jobs.set(row.id, job);
        if (this.#lags(job)) incomplete.push(row.id);
      }
    }
    return { news: news || gone.length > 0, gone, incomplete };
  }

  /** Whether the job has ended, or has pictures, of which only the short form is known. */
  #lags(/** @type {Job} */ job) {
    const full = this.#full.get(job.id);
    return !full || (job.done && !full.done) || imagesDone(job) > imagesDone(full);
  }
}

/** @param {Job} job */
function imagesDone(job) {
  return job.progress?.images_done ?? 0;
}

/** Whether more differs than a guess at the time that is left. */
function happened(/** @type {Job} */ before, /** @type {Job} */ after) {
  return before.version !== after.version || before.status !== after.status ||
    before.cancel_requested !== after.cancel_requested || imagesDone(before) !== imagesDone(after);
}
