/** The lineage: what a job came from, and what came of it. */

import { t } from "../core/words.js";
import { picturesOf } from "./pictures.js";

/**
 * @typedef {import("../core/jobs.js").Job} Job
 * @typedef {import("./pictures.js").Picture} Picture
 * @typedef {{job: string, place: string | null, k: number | null}} Tie
 * @typedef {{id: string, ties: Tie[], missing: string | null, job: Job | null}} Ancestor
 * @typedef {{ancestors: Ancestor[], complete: boolean, children: Job[], more_children: boolean}}
 *   Lineage As the API tells it: the nearest ancestors first, the newest children first.
 * @typedef {{picture: Picture} | {missing: string} | {upload: string}} Link
 *   A picture made here; one that is there no more, in words; or one of the owner's own, by URL.
 */

/** Whether a job came from anything. @param {Job} job */
export function hasOrigin(job) {
  return Boolean(job.parent) || (job.inputs ?? []).length > 0;
}

/**
 * The picture that a job changed or took after, which the new one can be compared with.
 * @param {Job} job
 * @returns {{url: string, artifact: string | null} | null} `artifact` names one that was made here.
 */
export function pictureBefore(job) {
  const input = (job.inputs ?? []).find(({ place }) => place === "image" || place === "images/0");
  return input ? { url: input.url, artifact: input.artifact ?? null } : null;
}

/**
 * Where a job came from, the first of all first.
 * @param {Job} job @param {Lineage} lineage
 * @returns {Link[]}
 */
export function originsOf(job, lineage) {
  const uploads = (job.inputs ?? [])
    .filter(({ upload, place }) => upload && !isMask(place))
    .map(({ url }) => ({ upload: url }));
  return [...uploads, ...lineage.ancestors.toReversed().flatMap(linksOf)];
}

/** What came of a job, the oldest first: one picture of each. @param {Lineage} lineage */
export function offspringOf({ children }) {
  return children.map((child) => ({ picture: picturesOf(child)[0] })).reverse();
}

/** @param {string} place */
function isMask(place) {
  return place === "mask" || place.endsWith("/mask");
}

/** Those pictures of an ancestor that were used, or its first. @param {Ancestor} ancestor @returns {Link[]} */
function linksOf({ job, ties, missing }) {
  if (!job) {
    return [{ missing: missing === "gone" ? t("Deleted") : t("Not there any more") }];
  }
  const pictures = picturesOf(job);
  const used = new Set(
    ties.filter(({ place }) => place !== null && !isMask(place)).map(({ k }) => k),
  );
  const found = pictures.filter(({ k }) => used.has(k));
  return (found.length > 0 ? found : pictures.slice(0, 1)).map((picture) => ({ picture }));
}
