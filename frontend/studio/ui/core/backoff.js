/** How long to wait before asking again. */

export const FIRST_MS = 1000;
export const FACTOR = 1.3;
export const MOST_MS = 8000;
export const JITTER = 0.15;

/**
 * The pause before the next try: longer each time, never the same for two pages.
 * @param {number} tries How many tries brought nothing new.
 * @param {{retryAfter?: number | null, random?: () => number}} [hints]
 *   `retryAfter` is in seconds, and is never undercut.
 * @returns {number} Milliseconds.
 */
export function pause(tries, { retryAfter = null, random = Math.random } = {}) {
  const grown = Math.min(MOST_MS, FIRST_MS * FACTOR ** tries);
  const spread = grown * (1 + JITTER * (2 * random() - 1));
  return Math.round(Math.max(spread, (retryAfter ?? 0) * 1000));
}
