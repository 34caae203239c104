/** Files: a picture's own bytes, fetched, and given to the reader to keep. */

import { Problem, unreachable } from "../core/problem.js";
import { t } from "../core/words.js";
import { linked } from "./pictures.js";

/** How long a file that was handed over is kept in case the browser is slow to take it. */
const HELD_MS = 60_000;

/**
 * @typedef {import("./pictures.js").Picture} Picture
 * @typedef {Pick<import("../core/api.js").Api, "base" | "now">} Server
 */

/** The URL of a picture that lives as long as its job. @param {Server} api @param {Picture} picture */
export function lastingUrl(api, { job, k }) {
  return `${api.base}/jobs/${job.id}/artifacts/${k}`;
}

/**
 * The original, byte for byte. Rejects with a Problem.
 * @param {Server} api @param {Picture} picture
 * @param {{signal?: AbortSignal, fetch?: typeof fetch}} [world]
 * @returns {Promise<Blob>}
 */
export async function original(api, picture, { signal, fetch = globalThis.fetch } = {}) {
  const lasting = lastingUrl(api, picture);
  const urls = linked(picture, api.now()) ? [picture.artifact.url, lasting] : [lasting];
  let status = 0;
  for (const url of urls) {
    try {
      // Not the copy that an <img> may have left in the cache, which came without leave to read it.
      const response = await fetch(url, { signal, cache: "no-store" });
      if (response.ok) return await response.blob();
      status = response.status;
    } catch (failure) {
      signal?.throwIfAborted();
      if (!(failure instanceof TypeError)) throw failure;
      status = 0;
    }
  }
  if (status === 0) throw unreachable();
  throw new Problem({
    status,
    code: "picture_unreadable",
    title: t("The picture could not be read."),
    detail: "",
  });
}

/** Let the reader keep a file. @param {Blob} blob @param {string} name */
export function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), HELD_MS);
}
