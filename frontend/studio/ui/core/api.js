/** The API client: one way to ask /v1, as the visitor that this browser is. */

import { MOST_MS, pause } from "./backoff.js";
import { Problem, problemOf, retryAfter, unreachable } from "./problem.js";

export const TRIES = 4;
/** How long to wait for another replica to be asked. */
const LOST_MS = 250;

/**
 * @typedef {{status: number, body: any, etag: string | null, retryAfter: number | null}} Answer
 * @typedef {{body?: unknown, headers?: Record<string, string>, etag?: string | null}} Ask
 */

export class Api {
  /** @type {Promise<void> | null} */
  #visitor = null;
  /** How far the server's clock is ahead of ours, in milliseconds. */
  #ahead = 0;

  /**
   * @param {string} base Where the API is, such as `/v1`.
   * @param {{fetch?: typeof fetch, sleep?: (ms: number) => Promise<void>,
   *   newKey?: () => string, now?: () => number}} [world]
   */
  constructor(base, world = {}) {
    this.base = base;
    this.fetch = world.fetch ?? ((...request) => globalThis.fetch(...request));
    this.sleep = world.sleep ?? ((ms) => new Promise((wake) => setTimeout(wake, ms)));
    this.newKey = world.newKey ?? newKey;
    this.clock = world.now ?? Date.now;
  }

  /** Now, by the server's clock: elapsed times must not depend on how this one is set. */
  now() {
    return this.clock() + this.#ahead;
  }

  /**
   * Ask; and once more if the answer was lost on its way, as when a replica has just gone.
   * @param {string} path @param {Ask} [ask]
   */
  async get(path, ask) {
    try {
      return await this.#asVisitor("GET", path, ask);
    } catch (problem) {
      if (!mayHaveArrived(problem)) throw problem;
    }
    await this.sleep(LOST_MS);
    return this.#asVisitor("GET", path, ask);
  }

  /**
   * Post once, however often it has to be sent: each try carries the same Idempotency-Key.
   * @param {string} path
   * @param {unknown} body
   * @param {string} [key] The key of an earlier post of the same body whose fate is unknown.
   */
  async post(path, body, key = this.newKey()) {
    const ask = { body, headers: { "Idempotency-Key": key } };
    for (let tries = 1; ; tries++) {
      try {
        return await this.#asVisitor("POST", path, ask);
      } catch (problem) {
        if (!mayHaveArrived(problem) || tries === TRIES) throw problem;
        if ((problem.retryAfter ?? 0) * 1000 > MOST_MS) throw problem;
        await this.sleep(pause(tries - 1, { retryAfter: problem.retryAfter }));
      }
    }
  }

  /**
   * Change a thing; saying the same twice is saying it once, so it needs no key.
   * @param {string} path @param {unknown} body
   */
  patch(path, body) {
    return this.#asVisitor("PATCH", path, { body });
  }

  /** Erase a thing. @param {string} path */
  delete(path) {
    return this.#asVisitor("DELETE", path);
  }

  /**
   * Become a visitor: ask for the cookie that says whose the jobs are. One request, however many
   * wait for it; a cookie that is still good is kept by the server.
   */
  visit() {
    this.#visitor ??= this.#send("POST", "/visitors", {}).then(
      () => undefined,
      (problem) => {
        this.#visitor = null;
        throw problem;
      },
    );
    return this.#visitor;
  }

  /** @param {string} method @param {string} path @param {Ask} [ask] */
  async #asVisitor(method, path, ask = {}) {
    const visitor = this.visit();
    await visitor;
    try {
      return await this.#send(method, path, ask);
    } catch (problem) {
      if (!(problem instanceof Problem) || problem.status !== 401) throw problem;
    }
    // The cookie has run out or was cleared: a new one, unless another request has seen to it.
    if (this.#visitor === visitor) this.#visitor = null;
    await this.visit();
    return this.#send(method, path, ask);
  }

  /** @param {string} method @param {string} path @param {Ask} ask @returns {Promise<Answer>} */
  async #send(method, path, { body: sent, headers = {}, etag = null }) {
    const request = {
      method,
      headers: {
        Accept: "application/json",
        ...(sent === undefined ? {} : { "Content-Type": "application/json" }),
        ...(etag ? { "If-None-Match": etag } : {}),
        ...headers,
      },
      ...(sent === undefined ? {} : { body: JSON.stringify(sent) }),
      credentials: /** @type {const} */ ("same-origin"),
      // Our own ETags: the browser's cache would turn a 304 back into a 200.
      cache: /** @type {const} */ ("no-store"),
    };
    let response;
    let text;
    try {
      response = await this.fetch(this.base + path, request);
      text = await response.text();
    } catch {
      throw unreachable();
    }
    this.#setClock(response.headers.get("date"));
    if (!response.ok && response.status !== 304) {
      throw problemOf(response.status, response.headers, text, this.clock());
    }
    let body = null;
    try {
      if (text) body = JSON.parse(text);
    } catch {
      // Something between us and the server has answered in its place.
      throw unreachable();
    }
    return {
      status: response.status,
      body,
      etag: response.headers.get("etag"),
      retryAfter: retryAfter(response.headers.get("retry-after"), this.clock()),
    };
  }

  /** @param {string | null} date */
  #setClock(date) {
    const at = date ? Date.parse(date) : NaN;
    if (!Number.isNaN(at)) this.#ahead = at - this.clock();
  }
}

/**
 * Whether a post that ended so may have arrived, or still be on its way.
 * @param {unknown} problem
 * @returns {problem is Problem}
 */
export function mayHaveArrived(problem) {
  if (!(problem instanceof Problem)) return false;
  return [0, 502, 504].includes(problem.status) || problem.code === "submission_in_flight";
}

/** A key that nobody else has. `randomUUID` is missing where the page came by plain http. */
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
