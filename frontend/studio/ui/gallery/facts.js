/** Facts: all that was set for a picture and all that came of it, in words. */

import { amount, count, dollars, language, list, t } from "../core/words.js";
import { styleTitle } from "../forms/style_choice.js";
import { kindTitle } from "./pictures.js";

/**
 * @typedef {import("../core/jobs.js").Job} Job
 * @typedef {import("./pictures.js").Picture} Picture
 * @typedef {{label: string, value: string, copy?: string}} Fact `copy` is what is worth copying.
 */

/**
 * @param {Picture} picture @param {Record<string, string>} titles Model name → title.
 * @returns {Fact[]}
 */
export function factsOf(picture, titles) {
  const { job, artifact } = picture;
  const task = job.task ?? {};
  const seed = artifact?.seed ?? task.seed;
  const facts = [
    fact(t("Task"), kindTitle(task.kind)),
    fact(t("Model"), modelWords(job, titles)),
    fact(t("Size"), sizeWords(artifact ?? task)),
    seed === undefined || seed === null
      ? null
      : { label: t("Seed"), value: String(seed), copy: String(seed) },
    ...settingsOf(task),
    fact(t("Asked for"), timeWords(job.created_at)),
    fact(t("Took"), tookWords(job)),
    fact(t("Cost"), costWords(job)),
    artifact && fact(t("File"), fileWords(artifact)),
    job.expires_at ? fact(t("Kept until"), dayWords(job.expires_at)) : null,
  ];
  return /** @type {Fact[]} */ (facts.filter(Boolean));
}

/** How a job ended that made no picture, in a word or two. @param {Job} job */
export function endingOf(job) {
  switch (job.status) {
    case "failed":
      return t("Failed.");
    case "moderated":
      return t("Refused.");
    case "canceled":
      return t("Canceled.");
    case "expired":
      return t("Expired.");
    default:
      return "";
  }
}

/** An instant. @param {string} time */
export function timeWords(time) {
  return new Intl.DateTimeFormat(language(), { dateStyle: "medium", timeStyle: "short" }).format(
    new Date(time),
  );
}

/** @param {string} label @param {string} value @returns {Fact | null} */
function fact(label, value) {
  return value ? { label, value } : null;
}

/** @param {Job} job @param {Record<string, string>} titles */
function modelWords(job, titles) {
  const model = job.resolved_model ?? job.requested_model;
  const title = titles[model] ?? model ?? "";
  if (job.requested_model === "auto") return t("{model}, chosen automatically", { model: title });
  if (!job.requested_model || job.requested_model === model) return title;
  return t("{model} instead of {wanted}", {
    model: title,
    wanted: titles[job.requested_model] ?? job.requested_model,
  });
}

/** @param {{width?: number, height?: number}} size */
function sizeWords({ width, height }) {
  return width && height ? `${width} × ${height}` : "";
}

/** @param {string} time */
function dayWords(time) {
  return new Intl.DateTimeFormat(language(), { dateStyle: "long" }).format(new Date(time));
}

/** @param {Job} job */
function tookWords(job) {
  if (!job.finished_at) return "";
  const all = spanWords(Date.parse(job.finished_at) - Date.parse(job.created_at));
  const { queued_ms: queued = 0, model_ms: model = 0 } = job.timings ?? {};
  return t("{all}, of which {queued} waiting and {model} painting", {
    all,
    queued: spanWords(queued),
    model: spanWords(model),
  });
}

/** A span of time in one unit. @param {number} ms */
function spanWords(ms) {
  const seconds = Math.max(0, ms / 1000);
  const [value, unit] = seconds < 90
    ? [seconds, "second"]
    : seconds < 5400 ? [seconds / 60, "minute"] : [seconds / 3600, "hour"];
  return amount(value, { style: "unit", unit, maximumFractionDigits: value < 10 ? 1 : 0 });
}

/** @param {Job} job */
function costWords(job) {
  const { actual_usd: actual, estimate_usd: estimate } = job.cost ?? {};
  const pictures = (job.artifacts ?? []).filter(({ role }) => role !== "mask").length;
  if (actual === 0) return t("Nothing was charged");
  if (typeof actual === "number") {
    return pictures > 1
      ? count(pictures, "{cost} for {n} picture", "{cost} for {n} pictures",
        { cost: dollars(actual) })
      : dollars(actual);
  }
  return typeof estimate === "number" ? t("About {cost}", { cost: dollars(estimate) }) : "";
}

/** @param {{content_type?: string, bytes?: number}} artifact */
function fileWords({ content_type: type = "", bytes = 0 }) {
  const [value, unit] = bytes < 1e6 ? [bytes / 1e3, "kilobyte"] : [bytes / 1e6, "megabyte"];
  const size = amount(value, { style: "unit", unit, maximumFractionDigits: bytes < 1e6 ? 0 : 1 });
  return `${type.replace("image/", "").toUpperCase()}, ${size}`;
}

/** Told elsewhere: large, as pictures, or above. */
const ELSEWHERE = new Set([
  "kind", "prompt", "negative_prompt", "seed", "width", "height", "n", "image", "images", "mask",
  "garment", "style_image", "reference",
]);

/** The settings of a task that are particular to it. @param {Record<string, any>} task */
function settingsOf(task) {
  const named = Object.entries(task).filter(
    ([name, value]) => !ELSEWHERE.has(name) && value !== null && value !== "",
  );
  return named.map(([name, value]) => fact(labelOf(name), valueWords(name, value)));
}

/** Fields of words that somebody wrote: they are no names of anything. */
const WRITTEN = new Set(["mask_prompt", "select_prompt", "words", "colors"]);

/** @param {string} name Of the field. @param {any} value @returns {string} */
function valueWords(name, value) {
  if (typeof value === "number") return amount(value, { maximumFractionDigits: 2 });
  if (typeof value === "boolean") return value ? t("Yes") : t("No");
  if (Array.isArray(value)) return list(value.map((one) => valueWords(name, one)));
  if (typeof value === "object") return regionWords(value);
  if (name === "style") return styleTitle(value);
  return WRITTEN.has(name) ? value : t(readable(value));
}

/** A picture that it names is told elsewhere. @param {Record<string, any>} region */
function regionWords({ by, ...region }) {
  const parts = Object.entries(region).filter(([, value]) => typeof value === "string");
  return list((parts.length > 0 ? parts : [["by", by]]).map(([name, value]) => valueWords(name, value)));
}

/** An identifier as a person would write it: `3d_film` → `3D film`. @param {string} identifier */
function readable(identifier) {
  const [first, ...rest] = identifier.split("_");
  const begun = /^\d/.test(first) ? first.toUpperCase() : first[0].toUpperCase() + first.slice(1);
  return [begun, ...rest].join(" ");
}

/** What a field is called, as on its form. @param {string} name */
function labelOf(name) {
  switch (name) {
    case "quality":
      return t("Quality");
    case "style":
      return t("Style");
    case "guidance":
      return t("Prompt strength");
    case "control":
      return t("Follow");
    case "strength":
      return t("How closely");
    case "colors":
      return t("Colours");
    case "similarity":
      return t("Similarity");
    case "mask_prompt":
      return t("Mask in words");
    case "select_prompt":
      return t("What");
    case "grow_mask":
      return t("Grow the mask");
    case "transition":
      return t("Transition");
    case "left":
      return t("Left");
    case "right":
      return t("Right");
    case "up":
      return t("Up");
    case "down":
      return t("Down");
    case "creativity":
      return t("Creativity");
    case "mode":
      return t("How");
    case "composition_fidelity":
      return t("Keep the composition");
    case "style_strength":
      return t("Strength of the style");
    case "change_strength":
      return t("How much changes");
    case "region":
      return t("Where");
    case "merge_style":
      return t("Merge");
    case "preserve_body_pose":
      return t("Keep the pose");
    case "preserve_hands":
      return t("Keep the hands");
    case "preserve_face":
      return t("Keep the face");
    case "return_mask":
      return t("Return the mask, too");
    default:
      return t(readable(name));
  }
}
