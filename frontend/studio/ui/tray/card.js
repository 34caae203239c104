/** Cards: what there is to say about a job, in words; drawing them is the tray's business. */

import { notesOf, reported } from "../core/reports.js";
import { count, dollars, duration, mark, t } from "../core/words.js";
import { titleOf } from "../forms/drawn.js";

/**
 * @typedef {{id: string, prompt: string, tone: "busy" | "good" | "bad" | "quiet", status: string,
 *   elapsed: string, done: boolean, made: number, total: number, cost: string, notes: string[],
 *   failure: string, canCancel: boolean, canRetry: boolean,
 *   thumbnails: {k: number, url: string}[]}} Card
 */

const WHERE = {
  prompt: mark("The model refused the prompt."),
  input: mark("The model refused a picture you sent."),
  output: mark("The model refused the picture it made."),
};
/**
 * @param {import("../core/jobs.js").Job} job
 * @param {number} now Milliseconds since the epoch, by the server's clock.
 * @returns {Card}
 */
export function cardOf(job, now) {
  const task = job.task ?? {};
  const total = job.progress?.images_total ?? task.n ?? 1;
  const made = job.progress?.images_done ?? 0;
  return {
    id: job.id,
    prompt: task.prompt ?? task.select_prompt ?? t(titleOf(task.kind ?? "")),
    tone: toneOf(job),
    status: statusOf(job, made, total),
    elapsed: elapsed(job, now),
    done: job.done,
    made,
    total,
    cost: costOf(job),
    notes: notesOf(job),
    failure: failureOf(job),
    canCancel: !job.done && !job.cancel_requested,
    canRetry: job.done && job.status !== "succeeded" && job.status !== "moderated",
    thumbnails: (job.artifacts ?? [])
      .filter(({ role }) => role !== "mask")
      .map(({ k, url, thumbnail_url: thumbnail }) => ({ k, url: thumbnail ?? url })),
  };
}

/** @param {import("../core/jobs.js").Job} job @returns {Card["tone"]} */
function toneOf(job) {
  if (!job.done) return "busy";
  if (job.status === "succeeded") return "good";
  return job.status === "canceled" ? "quiet" : "bad";
}

/** @param {import("../core/jobs.js").Job} job @param {number} made @param {number} total */
function statusOf(job, made, total) {
  if (!job.done && job.cancel_requested) return t("Canceling");
  switch (job.status) {
    case "queued":
      return waitingWords(job.queue);
    case "running":
      return total > 1 ? t("Painting, {made} of {total}", { made, total }) : t("Painting");
    case "succeeded":
      return job.partial ? t("{made} of {total} made", { made, total }) : t("Done");
    case "failed":
      return t("Failed");
    case "moderated":
      return t("Refused");
    case "canceled":
      return t("Canceled");
    case "expired":
      return t("Expired");
    default:
      return job.status;
  }
}

/** @param {{ahead?: number | null, eta_seconds?: {p50?: number | null} | null} | null} [queue] */
function waitingWords(queue) {
  const ahead = queue?.ahead;
  const eta = queue?.eta_seconds?.p50;
  const about = eta ? duration(eta * 1000) : "";
  if (ahead && about) return count(ahead, "{n} call ahead, about {about}", "{n} calls ahead, about {about}", { about });
  if (ahead) return count(ahead, "{n} call ahead", "{n} calls ahead");
  return about ? t("Waiting, about {about}", { about }) : t("Waiting");
}

/** @param {import("../core/jobs.js").Job} job @param {number} now */
function elapsed(job, now) {
  const from = Date.parse(job.created_at);
  const to = job.finished_at ? Date.parse(job.finished_at) : now;
  return Number.isNaN(from) ? "" : duration(to - from);
}

/** @param {import("../core/jobs.js").Job} job */
function costOf(job) {
  const { estimate_usd: estimate, actual_usd: actual } = job.cost ?? {};
  if (job.done && typeof actual === "number") return dollars(actual);
  return typeof estimate === "number" ? t("about {usd}", { usd: dollars(estimate) }) : "";
}

/** @param {import("../core/jobs.js").Job} job */
function failureOf(job) {
  if (job.status === "canceled") {
    return job.cost?.billed ? t("The model had been called, so it was charged.") : "";
  }
  if (!job.done || job.status === "succeeded") return "";
  const where = WHERE[/** @type {keyof typeof WHERE} */ (job.failure?.where)];
  const blamed = job.status === "moderated" && where ? `${t(where)} ` : "";
  const reason = job.failure?.message;
  return `${blamed}${reason ? reported(reason) : t("No reason was given.")}`;
}
