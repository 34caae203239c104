/** Addresses: what is open is named in the address, so that a link, a reload and going back know. */

/** Marks an entry of the history that opening something made: going back closes it. */
const OPENED = "canvas-queue.opened";

/** @typedef {"job" | "sheet"} Name What can be open: a picture of a job; the contact sheet it is in. */

/** @param {Name} name @returns {string | null} The id of the job. */
export function opened(name) {
  return new URLSearchParams(location.search).get(name);
}

/** Which picture of its job is open; -1 where that is not said. */
export function openedPicture() {
  const k = new URLSearchParams(location.search).get("k");
  return k !== null && /^\d+$/.test(k) ? Number(k) : -1;
}

/**
 * The address of the page with something open, or with nothing of that name.
 * @param {Name} name @param {string | null} key A job's id, or for a picture `<job id>/<k>`.
 */
export function addressOf(name, key) {
  const query = new URLSearchParams(location.search);
  query.delete(name);
  if (name === "job") query.delete("k");
  if (key !== null) {
    const [id, k] = key.split("/");
    query.set(name, id);
    if (k !== undefined) query.set("k", k);
  }
  return location.pathname + (query.size > 0 ? `?${query}` : "") + location.hash;
}

/** Something was opened: going back closes it. @param {Name} name @param {string} key */
export function enter(name, key) {
  history.pushState({ ...history.state, [OPENED]: name }, "", addressOf(name, key));
}

/** What is open shows something else now. @param {Name} name @param {string} key */
export function turn(name, key) {
  if (addressOf(name, key) !== addressOf(name, named(name))) {
    history.replaceState(history.state, "", addressOf(name, key));
  }
}

/** What was open is closed. @param {Name} name */
export function leave(name) {
  if (opened(name) === null) return;
  if (history.state?.[OPENED] === name) history.back();
  else history.replaceState(history.state, "", addressOf(name, null));
}

/** @param {Name} name */
function named(name) {
  const id = opened(name);
  const k = openedPicture();
  return id !== null && name === "job" && k >= 0 ? `${id}/${k}` : id;
}
