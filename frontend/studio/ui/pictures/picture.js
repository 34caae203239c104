/** Pictures in a field: one's own on its way to storage, or one that the server has already. */

import { Problem } from "../core/problem.js";
import { t } from "../core/words.js";
import { WIDEST } from "./limits.js";
import { decoded, prepare, Unfit } from "./preparing.js";

/**
 * How a task names a picture.
 * @typedef {{upload: string} | {artifact: string}} Reference
 * A picture that is shown; `draft` is what `Draft`s bring back, `close` gives up what it holds.
 * @typedef {object} Picture
 * @property {string} url
 * @property {Blob} blob
 * @property {number} width
 * @property {number} height
 * @property {string} name
 * @property {string} note
 * @property {import("./transfer.js").Transfer | null} transfer
 * @property {() => Promise<Reference>} reference
 * @property {() => Draft} draft
 * @property {() => void} close
 * @typedef {Reference | {kept: string}} Draft `kept` is a key of the shelf's.
 */

/**
 * A picture from this computer; it is sent at once.
 * @param {import("./preparing.js").Prepared} prepared
 * @param {import("./uploads.js").Uploads} uploads
 * @returns {Picture}
 */
export function ownPicture(prepared, uploads) {
  const transfer = uploads.take(prepared);
  const { blob, name, width, height, note } = prepared;
  const url = URL.createObjectURL(blob);
  return {
    ...{ url, blob, name, width, height, note },
    transfer,
    reference: async () => ({ upload: await transfer.arrived() }),
    draft: () =>
      transfer.state.step === "sent" ? { upload: transfer.state.id } : { kept: prepared.key },
    close() {
      uploads.release(prepared.key);
      URL.revokeObjectURL(url);
    },
  };
}

/**
 * A picture that the server has.
 * @param {Reference} reference
 * @param {string} from Where it can be read.
 * @param {string} name
 * @returns {Promise<Picture>} Rejects with `Unfit` if it is gone, with a `Problem` if it may come.
 */
async function servedPicture(reference, from, name) {
  const blob = await read(from);
  const bitmap = await decoded(blob);
  const { width, height } = bitmap;
  bitmap.close();
  const url = URL.createObjectURL(blob);
  return {
    url,
    blob,
    width,
    height,
    name,
    note: "",
    transfer: null,
    reference: async () => reference,
    draft: () => reference,
    close: () => URL.revokeObjectURL(url),
  };
}

/**
 * Where a picture that a job made can be read for as long as the job lives; a link to storage lives
 * for an hour.
 * @param {string} artifact @param {import("./transfer.js").Api} api
 */
export async function addressOf(artifact, api) {
  const [job, k] = artifact.split("/");
  await api.visit();
  return `${api.base}/jobs/${job}/artifacts/${k}`;
}

/**
 * Read a picture of another origin's, too.
 * @param {string} url
 */
export async function read(url) {
  let response;
  try {
    response = await fetch(url);
  } catch {
    // What an <img> put into the cache may lack the word that lets us read it.
    response = await fetch(url, { cache: "reload" }).catch(() => null);
  }
  if (!response || response.status >= 500) {
    throw new Problem({
      status: response?.status ?? 0,
      code: "unreadable",
      title: t("Not loaded"),
      detail: t("The picture could not be loaded."),
    });
  }
  if (!response.ok) throw new Unfit(t("This picture is no longer there. Choose another."));
  return response.blob();
}

/**
 * A picture that comes with the page, for an example; it is sent like any other.
 * @param {string} name @param {import("./uploads.js").Uploads} uploads
 */
async function samplePicture(name, uploads) {
  const blob = await read(new URL(`../samples/${name}.webp`, import.meta.url).href);
  const file = new File([blob], `${name}.webp`, { type: blob.type });
  return ownPicture(await prepare(file, WIDEST), uploads);
}

/**
 * The picture that a draft, an example or a job names.
 * @param {any} named
 * @param {string | undefined} url Where it can be read, if that is known.
 * @param {import("./uploads.js").Uploads} uploads
 * @returns {Promise<Picture>} Rejects with `Unfit` or a `Problem`.
 */
export async function namedPicture(named, url, uploads) {
  if (typeof named?.artifact === "string") {
    const lasting = await addressOf(named.artifact, uploads.api);
    return servedPicture({ artifact: named.artifact }, lasting, t("One of your pictures"));
  }
  if (typeof named?.sample === "string") return samplePicture(named.sample, uploads);
  const wanted = typeof named?.kept === "string" ? { key: named.kept } : { upload: named?.upload };
  const piece = Object.values(wanted)[0] ? await uploads.shelf.find(wanted) : null;
  if (piece) return ownPicture(piece, uploads);
  if (url && "upload" in wanted) {
    return servedPicture({ upload: wanted.upload }, url, t("A picture you sent"));
  }
  throw new Unfit(t("The picture of this draft is no longer here. Choose it again."));
}
