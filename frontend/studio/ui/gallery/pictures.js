/** Pictures: what hangs on the wall, one for each picture of a job. */

import { t } from "../core/words.js";

/** A link is not handed out any more when this is left of it. */
const SLACK_MS = 60_000;

/**
 * @typedef {import("../core/jobs.js").Job} Job
 * @typedef {object} Picture
 * @property {string} key What a task names it by: `<job id>/<k>`.
 * @property {Job} job
 * @property {any} artifact Null where the job ended without a picture.
 * @property {number} k
 * @property {number} ratio Width by height.
 * @property {string} alt
 */

/** @param {string} id @param {number} k */
export function keyOf(id, k) {
  return `${id}/${k}`;
}

/** @param {string} key */
export function jobOf(key) {
  return key.split("/", 1)[0];
}

/**
 * The pictures of a job. One that ended without any has a place all the same, to say so.
 * @param {Job} job @returns {Picture[]}
 */
export function picturesOf(job) {
  // A mask that came along shows where a garment went; it is none of the pictures asked for.
  const artifacts = (job.artifacts ?? []).filter(({ role }) => role !== "mask");
  if (artifacts.length === 0) {
    return [{ key: keyOf(job.id, 0), job, artifact: null, k: 0, ratio: 4 / 3, alt: wordsOf(job) }];
  }
  return artifacts.map((artifact, i) => ({
    key: keyOf(job.id, artifact.k),
    job,
    artifact,
    k: artifact.k,
    ratio: artifact.width / artifact.height,
    alt: artifacts.length > 1
      ? t("{words} ({i} of {n})", { words: wordsOf(job), i: i + 1, n: artifacts.length })
      : wordsOf(job),
  }));
}

/** What a job is called: the words it was asked with. @param {Job} job */
export function wordsOf(job) {
  const task = job.task ?? {};
  return task.prompt || task.mask_prompt || kindTitle(task.kind);
}

/** Whether the links of a picture can still be used. @param {Picture} picture @param {number} now */
export function linked({ artifact }, now) {
  return artifact !== null && Date.parse(artifact.url_expires_at) - SLACK_MS > now;
}

/** Whether all links of a job can still be used: of its pictures, and of those it was made from.
 * @param {Job} job @param {number} now */
export function allLinked({ artifacts = [], inputs = [] }, now) {
  return [...artifacts, ...inputs].every(
    ({ url_expires_at: end }) => end === null || Date.parse(end) - SLACK_MS > now,
  );
}

/** A kind of task as people call it. @param {string} kind */
export function kindTitle(kind) {
  switch (kind) {
    case "text_to_image":
      return t("Text to image");
    case "condition":
      return t("Follow a picture");
    case "color_guided":
      return t("In your colours");
    case "variation":
      return t("Variations");
    case "inpaint":
      return t("Inpaint");
    case "outpaint":
      return t("New background");
    case "extend":
      return t("Extend");
    case "remove_background":
      return t("Cut out");
    case "recolor":
      return t("Recolour");
    case "style_transfer":
      return t("Borrow a style");
    case "upscale":
      return t("Upscale");
    case "try_on":
      return t("Try on");
    default:
      return kind ?? t("Picture");
  }
}

export const KINDS = Object.freeze([
  "text_to_image", "condition", "color_guided", "variation", "inpaint", "outpaint", "extend",
  "remove_background", "recolor", "style_transfer", "upscale", "try_on",
]);
