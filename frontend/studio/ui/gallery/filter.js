/** The filter: what of everything made here is shown; in the address, and as a question to the API. */

/**
 * @typedef {object} Filter
 * @property {string} q Words that must all begin a word of the task's texts.
 * @property {string} kind
 * @property {string} model
 * @property {string} status How it ended; empty for whatever brought pictures.
 * @property {boolean} favorite
 * @typedef {import("../core/jobs.js").Job} Job
 */

/** @type {Readonly<Filter>} */
export const EVERYTHING = Object.freeze({ q: "", kind: "", model: "", status: "", favorite: false });
/** Endings that bring no pictures; they are shown only when they are asked for. */
export const ENDINGS = Object.freeze(["failed", "moderated", "canceled", "expired"]);
/** Characters of a search, as the API takes them. */
export const WORDS_MOST = 200;

const WRITTEN = /** @type {const} */ (["q", "kind", "model", "status"]);

/** @param {string} search Such as `location.search`. @returns {Filter} */
export function filterIn(search) {
  const query = new URLSearchParams(search);
  const status = query.get("status") ?? "";
  return {
    q: (query.get("q") ?? "").trim().slice(0, WORDS_MOST),
    kind: query.get("kind") ?? "",
    model: query.get("model") ?? "",
    status: ENDINGS.includes(status) ? status : "",
    favorite: query.get("favorite") === "true",
  };
}

/**
 * The query of an address with this filter in it; what others keep there stays.
 * @param {string} search @param {Filter} filter
 */
export function withFilter(search, filter) {
  const query = new URLSearchParams(search);
  for (const name of [...WRITTEN, "favorite"]) query.delete(name);
  for (const [name, value] of said(filter)) query.set(name, value);
  return query.size > 0 ? `?${query}` : "";
}

/**
 * The path and query that ask the API for a page.
 * @param {Filter} filter
 * @param {{limit: number, cursor?: string | null, after?: number, before?: number,
 *   unmade?: boolean}} page
 *   `after` and `before` are instants, in milliseconds; neither is included. `unmade`: jobs without
 *   pictures, too.
 */
export function listPath(filter, { limit, cursor = null, after, before, unmade = false }) {
  const query = new URLSearchParams(said(filter));
  if (!filter.status && !unmade) query.set("pictures", "true");
  if (after !== undefined) query.set("after", new Date(after).toISOString());
  if (before !== undefined) query.set("before", new Date(before).toISOString());
  query.set("limit", String(limit));
  if (cursor) query.set("cursor", cursor);
  return `/jobs?${query}`;
}

/** @param {Filter} filter @returns {[string, string][]} */
function said(filter) {
  const pairs = WRITTEN.map((name) => /** @type {[string, string]} */ ([name, filter[name]]));
  return [...pairs, ["favorite", filter.favorite ? "true" : ""]].filter(
    /** @returns {pair is [string, string]} */ (pair) => pair[1] !== "",
  );
}

/** @param {Filter} a @param {Filter} b */
export function sameFilter(a, b) {
  return WRITTEN.every((name) => a[name] === b[name]) && a.favorite === b.favorite;
}

/** Whether a job would be in the list. @param {Job} job @param {Filter} filter */
export function fits(job, filter) {
  const task = job.task ?? {};
  return (filter.status ? job.status === filter.status : hasPictures(job)) &&
    (!filter.kind || task.kind === filter.kind) &&
    (!filter.model || job.resolved_model === filter.model) &&
    (!filter.favorite || job.favorite === true) &&
    finds(filter.q, task);
}

/** @param {Job} job */
function hasPictures(job) {
  return (job.artifacts ?? []).some(({ role }) => role !== "mask");
}

/** @param {string} q @param {Record<string, any>} task */
function finds(q, task) {
  const words = wordsIn(q);
  if (words.length === 0) return true;
  const texts = [task.prompt, task.negative_prompt, task.mask_prompt, task.select_prompt,
    task.region?.words];
  const written = wordsIn(texts.filter(Boolean).join("\n"));
  return words.every((sought) => written.some((word) => word.startsWith(sought)));
}

/** Words as the API compares them: without case and accents. @param {string} text */
function wordsIn(text) {
  const plain = text.normalize("NFKD").toLowerCase().replace(/\p{Mn}/gu, "").normalize("NFC");
  return plain.match(/[\p{L}\p{N}]+/gu) ?? [];
}
