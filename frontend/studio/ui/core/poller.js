/** The poller: one request for all open jobs, and seldom one while nobody looks. */

import { pause } from "./backoff.js";
import { Problem } from "./problem.js";

export const IDS_MAX = 100;
/** The least pause of a page that nobody sees: its title and a notice are to say what has ended. */
export const HIDDEN_MS = 30_000;

/**
 * @typedef {{set: (run: () => void, ms: number) => unknown, clear: (timer: any) => void}} Timers
 * @typedef {import("./api.js").Api} Api
 */

export class Poller {
  #tries = 0;
  #etag = /** @type {string | null} */ (null);
  #asked = "";
  #timer = /** @type {unknown} */ (null);
  #asking = false;
  #again = false;

  /**
   * @param {Pick<Api, "get">} api
   * @param {{open: () => string[], rows: (rows: any[]) => boolean,
   *   reachable: (yes: boolean) => void}} list
   *   `open` names the jobs that are not done, oldest first; `rows` takes what was learnt and
   *   says whether any of it was news.
   * @param {{timers?: Timers, hidden?: () => boolean, random?: () => number}} [world]
   */
  constructor(api, list, world = {}) {
    this.api = api;
    this.list = list;
    this.timers = world.timers ?? {
      set: (run, ms) => setTimeout(run, ms),
      clear: (timer) => clearTimeout(timer),
    };
    this.hidden = world.hidden ?? (() => document.hidden);
    this.random = world.random ?? Math.random;
  }

  /** Something changed: there is a new job, or somebody looks again. */
  wake() {
    this.#tries = 0;
    this.#again = this.#asking;
    if (!this.#asking) this.#schedule(null);
  }

  /** The page was shown or hidden. */
  seen() {
    if (this.#asking) return undefined;
    if (this.hidden()) return this.#schedule(null);
    this.#tries = 0;
    return this.ask();
  }

  /** Ask now. */
  async ask() {
    this.#stop();
    const ids = this.list.open().slice(0, IDS_MAX).join(",");
    if (!ids) return;
    this.#asking = true;
    let wish = null;
    try {
      // An ETag belongs to the question it answered.
      const etag = ids === this.#asked ? this.#etag : null;
      const answer = await this.api.get(`/jobs?ids=${ids}`, { etag });
      wish = answer.retryAfter;
      this.list.reachable(true);
      this.#asked = ids;
      this.#etag = answer.etag ?? etag;
      const news = answer.status !== 304 && this.list.rows(answer.body.data);
      this.#tries = news ? 0 : this.#tries + 1;
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      wish = problem.retryAfter;
      this.#tries += 1;
      this.list.reachable(false);
    } finally {
      this.#asking = false;
      if (this.#again) this.#tries = 0;
      this.#again = false;
      this.#schedule(wish);
    }
  }

  #stop() {
    this.timers.clear(this.#timer);
    this.#timer = null;
  }

  /** @param {number | null} wish The server's Retry-After. */
  #schedule(wish) {
    this.#stop();
    if (this.list.open().length === 0) return;
    const ms = pause(this.#tries, { retryAfter: wish, random: this.random });
    const least = this.hidden() ? HIDDEN_MS : 0;
    this.#timer = this.timers.set(() => void this.ask(), Math.max(ms, least));
  }
}
