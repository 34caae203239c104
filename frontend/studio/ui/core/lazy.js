/** Lazy: parts of the page that are loaded when they are wanted, over a connection that may fail. */

import { pause } from "./backoff.js";

const TRIES = 4;

/**
 * Load, and try again if it does not come: a replica may just have gone.
 * @template T
 * @param {() => Promise<T>} load What imports it.
 * @param {(ms: number) => Promise<void>} [sleep]
 * @returns {Promise<T>} Rejects as the last try did.
 */
export async function patiently(load, sleep = (ms) => new Promise((wake) => setTimeout(wake, ms))) {
  for (let tries = 1; ; tries++) {
    try {
      return await load();
    } catch (problem) {
      if (tries === TRIES) throw problem;
    }
    await sleep(pause(tries - 1) / 4);
  }
}
