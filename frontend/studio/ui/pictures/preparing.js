/** Preparing: a file that somebody chose becomes a picture that storage and a model take. */

import { t } from "../core/words.js";
import { headerOf } from "./header.js";
import { BYTES_MOST, unfitness, within } from "./limits.js";

/** What `POST /v1/uploads` takes; anything else that the browser can open is encoded again. */
const SENT_AS_IT_IS = ["image/png", "image/jpeg", "image/webp"];
/** Pixels that are decoded at most: a phone's largest, and half a gigabyte of memory. */
const OPENED_MOST = 120_000_000;
const JPEG_QUALITY = 0.92;

/** A file that cannot be used; the message says why, to the person who chose it. */
export class Unfit extends Error {}

/**
 * @typedef {object} Prepared
 * @property {Blob} blob What is sent.
 * @property {string} key The same for the same picture, sent the same way.
 * @property {string} name What its file was called.
 * @property {number} width Upright.
 * @property {number} height
 * @property {string} note What was done to it, or empty.
 */

/**
 * Upright, within the limits, one picture only. A file that is so already keeps its bytes.
 * @param {File} file
 * @param {import("./limits.js").Limits} limits
 * @returns {Promise<Prepared>} Rejects with `Unfit`.
 */
export async function prepare(file, limits) {
  const bytes = await bytesOf(file);
  const header = headerOf(bytes);
  if ((header?.width ?? 0) * (header?.height ?? 0) > OPENED_MOST) {
    throw new Unfit(t("This picture is too large to be opened in a browser."));
  }
  const bitmap = await decoded(file, header?.type ?? "");
  try {
    const { width, height } = bitmap;
    const unfit = unfitness(width, height, limits);
    if (unfit) throw new Unfit(unfit);
    const size = within(width, height, limits);
    const shrinks = size.width !== width;
    const asItIs =
      header !== null &&
      SENT_AS_IT_IS.includes(header.type) &&
      !(shrinks || header.animated || header.disputed || file.size > BYTES_MOST);
    const blob = asItIs
      ? new Blob([bytes], { type: header.type })
      : await encoded(bitmap, size, header?.type === "image/jpeg" ? "image/jpeg" : "image/png");
    const mark = (await fingerprint(bytes)) ?? `${file.name}-${file.size}-${file.lastModified}`;
    return {
      blob,
      key: `${mark}@${size.width}x${size.height}`,
      name: file.name,
      ...size,
      note: noteOf({ width, height }, size, header?.animated ?? false),
    };
  } finally {
    bitmap.close();
  }
}

/** @param {File} file */
async function bytesOf(file) {
  try {
    return new Uint8Array(await file.arrayBuffer());
  } catch {
    // Moved, changed since, or in a cloud that cannot be reached.
    throw new Unfit(t("This file could not be read. Choose it again."));
  }
}

/**
 * The picture that a file holds, upright. Rejects with `Unfit`.
 * @param {Blob} blob
 * @param {string} [type] What it begins like; empty for no picture that we know.
 */
export async function decoded(blob, type = blob.type) {
  try {
    return await createImageBitmap(blob);
  } catch {
    if (type === "image/heic") {
      throw new Unfit(t("This browser cannot open HEIC pictures. Save it as JPEG, and try again."));
    }
    if (type) throw new Unfit(t("This picture is broken, or this browser cannot open it."));
    throw new Unfit(t("This is not a picture. PNG, JPEG and WebP are taken."));
  }
}

/**
 * The picture at a size, as a file.
 * @param {ImageBitmap} bitmap @param {{width: number, height: number}} size @param {string} type
 * @returns {Promise<Blob>}
 */
function encoded(bitmap, { width, height }, type) {
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width, height });
  const context = canvas.getContext("2d");
  if (!context) throw new Unfit(t("This browser has no memory left for the picture."));
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, width, height);
  return new Promise((resolve, reject) => {
    const done = (/** @type {Blob | null} */ blob) =>
      blob ? resolve(blob) : reject(new Unfit(t("This browser has no memory left for the picture.")));
    canvas.toBlob(done, type, JPEG_QUALITY);
  });
}

/**
 * A name that no other bytes have, or null where the page came by plain http: then it cannot be told.
 * @param {Uint8Array<ArrayBuffer>} bytes
 */
export async function fingerprint(bytes) {
  if (!crypto.subtle) return null;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * @param {{width: number, height: number}} was @param {{width: number, height: number}} is
 * @param {boolean} animated
 */
function noteOf(was, is, animated) {
  const shrunk =
    was.width === is.width
      ? ""
      : t("It was made smaller, from {was}: no model takes more.", {
          was: `${was.width} × ${was.height}`,
        });
  const stilled = animated ? t("Only the first picture of the animation is used.") : "";
  return [stilled, shrunk].filter(Boolean).join(" ");
}
