/** Siblings: fields of one form that show a picture, for the controls beside them that work on it. */

/**
 * @typedef {import("./picture.js").Picture} Picture
 * @typedef {(picture: Picture | null) => void} Follower
 */

/** @type {Map<string, () => Picture | null>} The id of a field → what it shows. */
const shown = new Map();
/** @type {Map<string, Set<Follower>>} */
const followers = new Map();

/**
 * A field shows another picture, or none.
 * @param {string} id Such as `try_on-image`.
 * @param {() => Picture | null} picture
 */
export function tell(id, picture) {
  shown.set(id, picture);
  for (const follow of followers.get(id) ?? []) follow(picture());
}

/**
 * Be told what a field shows, now and whenever it changes; the field may be drawn later.
 * @param {string} id @param {Follower} follower
 */
export function follow(id, follower) {
  const known = followers.get(id) ?? new Set();
  followers.set(id, known.add(follower));
  follower(shown.get(id)?.() ?? null);
}
