/** Cards: what there is to say about a job, in words; drawing them is the feed's business. */

/**
 * @typedef {{k: number, url: string, thumbnail: string, width: number, height: number,
 *   expiresAt: number, alt: string}} Picture
 * @typedef {{id: string, prompt: string, tone: "busy" | "good" | "bad" | "quiet", status: string,
 *   elapsed: string, done: number, total: number, ratio: number, waiting: number,
 *   facts: string[], notes: string[], failure: string, canCancel: boolean,
 *   pictures: Picture[]}} Card
 */

const WHERE = {
  prompt: "the prompt",
  input: "a picture you sent",
  output: "the picture it made",
};

/**
 * @param {import("../core/jobs.js").Job} job
 * @param {number} now Milliseconds since the epoch, by the server's clock.
 * @param {Record<string, string>} titles Model name → title.
 * @returns {Card}
 */
export function cardOf(job, now, titles = {}) {
  const task = job.task ?? {};
  const pictures = picturesOf(job);
  const total = job.progress?.images_total ?? task.n ?? 1;
  const prompt = task.prompt ?? "";
  return {
    id: job.id,
    prompt,
    tone: toneOf(job),
    status: statusOf(job, total),
    elapsed: elapsed(job, now),
    done: job.progress?.images_done ?? pictures.length,
    total,
    ratio: task.width && task.height ? task.width / task.height : 1,
    waiting: job.done ? 0 : Math.max(0, total - pictures.length),
    facts: factsOf(job, titles),
    notes: [job.fallback_reason, ...(job.warnings ?? [])].filter(Boolean),
    failure: failureOf(job),
    canCancel: !job.done && !job.cancel_requested,
    pictures,
  };
}

/** @param {import("../core/jobs.js").Job} job @returns {Card["tone"]} */
function toneOf(job) {
  if (!job.done) return "busy";
  if (job.status === "succeeded") return "good";
  return job.status === "canceled" ? "quiet" : "bad";
}

/** @param {import("../core/jobs.js").Job} job @param {number} total */
function statusOf(job, total) {
  const made = job.progress?.images_done ?? 0;
  if (!job.done && job.cancel_requested) return "Canceling";
  switch (job.status) {
    case "queued":
      return waitingWords(job.queue);
    case "running":
      return total > 1 ? `Painting, ${made} of ${total}` : "Painting";
    case "succeeded":
      return job.partial ? `${made} of ${total} made` : "Done";
    case "failed":
      return "Failed";
    case "moderated":
      return "Refused";
    case "canceled":
      return "Canceled";
    case "expired":
      return "Expired";
    default:
      return job.status;
  }
}

/** @param {{ahead?: number | null, eta_seconds?: {p50?: number | null} | null} | null} [queue] */
function waitingWords(queue) {
  const ahead = queue?.ahead ? `, ${queue.ahead} ahead` : "";
  const eta = queue?.eta_seconds?.p50;
  return `Waiting${ahead}${eta ? `, about ${duration(eta * 1000)}` : ""}`;
}

/** @param {import("../core/jobs.js").Job} job @param {number} now */
function elapsed(job, now) {
  const from = Date.parse(job.created_at);
  const to = job.finished_at ? Date.parse(job.finished_at) : now;
  return Number.isNaN(from) ? "" : duration(to - from);
}

/**
 * A span of time in its two largest units.
 * @param {number} ms
 */
export function duration(ms) {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} days`;
}

/** @param {import("../core/jobs.js").Job} job @param {Record<string, string>} titles */
function factsOf(job, titles) {
  const task = job.task ?? {};
  const model = job.resolved_model ?? job.requested_model;
  const picture = job.artifacts?.[0];
  const size = picture ?? task;
  return [
    model && (titles[model] ?? model),
    size.width && size.height && `${size.width} × ${size.height}`,
    task.seed !== undefined && task.seed !== null && `Seed ${task.seed}`,
  ].filter(Boolean);
}

/** @param {import("../core/jobs.js").Job} job */
function failureOf(job) {
  const charged = job.cost?.billed ? " The model had been called, so it was charged." : "";
  if (job.status === "canceled") return charged.trim();
  if (!job.done || job.status === "succeeded") return "";
  const message = job.failure?.message ?? "No reason was given.";
  const where = WHERE[/** @type {keyof typeof WHERE} */ (job.failure?.where)];
  const blamed = job.status === "moderated" && where ? `The model refused ${where}. ` : "";
  return `${blamed}${message}`;
}

/** @param {import("../core/jobs.js").Job} job @returns {Picture[]} */
function picturesOf(job) {
  // A mask that came along shows where a garment went; it is none of the pictures asked for.
  const artifacts = (job.artifacts ?? []).filter(({ role }) => role !== "mask");
  const prompt = job.task?.prompt ?? "Picture";
  return artifacts.map((artifact, i) => ({
    k: artifact.k,
    url: artifact.url,
    thumbnail: artifact.thumbnail_url ?? artifact.url,
    width: artifact.width,
    height: artifact.height,
    expiresAt: Date.parse(artifact.url_expires_at),
    alt: artifacts.length > 1 ? `${prompt} (${i + 1} of ${artifacts.length})` : prompt,
  }));
}
