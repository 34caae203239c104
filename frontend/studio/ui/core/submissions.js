/** Submissions: a form that is sent again after a lost answer must not become a second job, and one
 * that comes at a busy moment is sent again by itself. */

import { mayHaveArrived, TRIES } from "./api.js";
import { MOST_MS } from "./backoff.js";
import { Problem } from "./problem.js";

/** How long a submission waits for a connection, and how often it looks for one. */
export const PATIENCE_MS = 120_000;
export const LOOK_MS = 3000;

export class Submissions {
  /** @type {Map<string, string>} Body → key, of posts that may or may not have arrived. */
  #unknown = new Map();

  /** @param {import("./api.js").Api} api */
  constructor(api) {
    this.api = api;
  }

  /**
   * Submit a job.
   * @param {object} body The body of `POST /jobs`.
   * @param {() => void} [unreached] Called when there is no connection, for which it waits.
   * @returns {Promise<any>} The job.
   */
  async send(body, unreached = () => {}) {
    for (let tries = 1, waited = 0; ; tries++) {
      try {
        return await this.#post(body);
      } catch (problem) {
        if (problem instanceof Problem && !problem.answered && waited < PATIENCE_MS) {
          unreached();
          await this.api.sleep(LOOK_MS);
          waited += LOOK_MS;
          tries = 0;
          continue;
        }
        const wait = waitFor(problem);
        if (wait === null || tries === TRIES) throw problem;
        await this.api.sleep(wait);
      }
    }
  }

  /** @param {object} body */
  async #post(body) {
    const text = JSON.stringify(body);
    const key = this.#unknown.get(text) ?? this.api.newKey();
    try {
      const { body: job } = await this.api.post("/jobs", body, key);
      this.#unknown.delete(text);
      return job;
    } catch (problem) {
      if (mayHaveArrived(problem)) this.#unknown.set(text, key);
      else this.#unknown.delete(text);
      throw problem;
    }
  }
}

/**
 * How long to wait, in milliseconds, where the server has said that it is busy for a moment; null
 * where it was something else, or is for longer than anybody should wait without being told.
 * @param {unknown} problem
 */
function waitFor(problem) {
  if (!(problem instanceof Problem) || ![429, 503].includes(problem.status)) return null;
  const wait = problem.retryAfter === null ? null : problem.retryAfter * 1000;
  return wait !== null && wait <= MOST_MS ? wait : null;
}
