/** Submissions: a form that is sent again after a lost answer must not become a second job. */

import { mayHaveArrived } from "./api.js";

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
   * @returns {Promise<any>} The job.
   */
  async send(body) {
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
