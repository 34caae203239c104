/** Links: those that have run out are fetched anew, all that are missed at once with one request. */

import { Problem } from "../core/problem.js";
import { listPath } from "./filter.js";

/** How long to wait for others before asking. */
const GATHER_MS = 60;
/** A link that fails again so soon has another cause than its age. */
const AGAIN_MS = 20_000;
/** Up to so many jobs are asked for one by one. */
const FEW = 2;
const PAGE = 100;
const PAGES_MOST = 5;

/** @typedef {import("../core/jobs.js").Job} Job */

export class Links {
  /** @type {Map<string, Job>} */
  #wanted = new Map();
  /** @type {Map<string, number>} When each job was last asked for. */
  #asked = new Map();
  #gathering = false;

  /**
   * @param {Pick<import("../core/api.js").Api, "get" | "now">} api
   * @param {{filter: () => import("./filter.js").Filter, learn: (jobs: Job[]) => void,
   *   gone: (id: string) => void}} list
   *   The jobs that are missed together lie together in the list of this filter.
   * @param {{sleep?: (ms: number) => Promise<void>}} [world]
   */
  constructor(api, list, world = {}) {
    this.api = api;
    this.list = list;
    this.sleep = world.sleep ?? ((ms) => new Promise((wake) => setTimeout(wake, ms)));
  }

  /** The links of a job do not work any more. @param {Job} job */
  want(job) {
    const now = this.api.now();
    if (now - (this.#asked.get(job.id) ?? -Infinity) < AGAIN_MS) return;
    this.#asked.set(job.id, now);
    this.#wanted.set(job.id, job);
    if (!this.#gathering) void this.#gather();
  }

  async #gather() {
    this.#gathering = true;
    await this.sleep(GATHER_MS);
    this.#gathering = false;
    const jobs = [...this.#wanted.values()];
    this.#wanted.clear();
    try {
      if (jobs.length <= FEW) await Promise.all(jobs.map((job) => this.#one(job.id)));
      else await this.#many(jobs);
    } catch (problem) {
      // The pictures stay blank; they are asked for again when they come into view again.
      if (!(problem instanceof Problem)) throw problem;
      for (const { id } of jobs) this.#asked.delete(id);
    }
  }

  /** @param {string} id */
  async #one(id) {
    try {
      this.list.learn([(await this.api.get(`/jobs/${id}`)).body]);
    } catch (problem) {
      if (!(problem instanceof Problem) || ![404, 410].includes(problem.status)) throw problem;
      this.list.gone(id);
    }
  }

  /** @param {Job[]} jobs */
  async #many(jobs) {
    const times = jobs.map((job) => Date.parse(job.created_at));
    const missing = new Set(jobs.map(({ id }) => id));
    const span = { after: Math.min(...times) - 1, before: Math.max(...times) + 2 };
    let cursor = null;
    for (let page = 0; page < PAGES_MOST && missing.size > 0; page++) {
      const path = listPath(this.list.filter(), { limit: PAGE, cursor, ...span });
      const { body } = await this.api.get(path);
      this.list.learn(body.data);
      for (const { id } of body.data) missing.delete(id);
      cursor = body.next;
      if (!cursor) break;
    }
  }
}
