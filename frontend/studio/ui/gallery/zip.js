/** A zip of pictures, made in the browser: they are stored as they are, with their settings beside. */

import { patiently } from "../core/lazy.js";
import { Problem } from "../core/problem.js";
import { fileName, told } from "./naming.js";

/** How many pictures are fetched ahead of the one that is written. */
const AHEAD = 3;
/** By URL, so that its code is not checked as ours is. */
const CLIENT_ZIP = new URL("../vendor/client-zip/client-zip.js", import.meta.url).href;

/**
 * @typedef {import("./pictures.js").Picture} Picture
 * @typedef {{file: string, problem: Problem}} Missing
 * @typedef {{name: string, lastModified?: Date, input: Blob | string}} Entry
 * @typedef {{makeZip: (entries: AsyncIterable<Entry>) => ReadableStream<Uint8Array>}} ClientZip
 */

/**
 * A zip as a stream. A picture that cannot be had is left out and told of, in the zip, too.
 * @param {readonly Picture[]} pictures
 * @param {{read: (picture: Picture) => Promise<Blob>, progress?: (done: number) => void,
 *   signal?: AbortSignal}} how
 *   `read` rejects with a Problem where there is no picture.
 * @returns {Promise<{stream: ReadableStream<Uint8Array>, missing: Missing[]}>}
 *   `missing` is complete when the stream ends.
 */
export async function zipOf(pictures, { read, progress = () => {}, signal }) {
  /** @type {ClientZip} */
  const { makeZip } = await patiently(() => import(CLIENT_ZIP));
  const names = told(pictures.map(fileName));
  /** @type {Missing[]} */
  const missing = [];

  async function* entries() {
    /** @type {Promise<Blob | Problem>[]} */
    const coming = [];
    let next = 0;
    const fetchNext = () => {
      const picture = pictures[next++];
      if (!picture) return;
      const got = attempt(() => read(picture));
      // Whoever stops does not wait for what is still under way.
      got.catch(() => {});
      coming.push(got);
    };
    for (let i = 0; i < AHEAD; i++) fetchNext();
    for (let i = 0; i < pictures.length; i++) {
      const got = await coming.shift();
      signal?.throwIfAborted();
      fetchNext();
      if (got instanceof Problem) missing.push({ file: names[i], problem: got });
      else if (got) {
        const lastModified = new Date(pictures[i].job.finished_at ?? pictures[i].job.created_at);
        yield { name: names[i], lastModified, input: got };
      }
      progress(i + 1);
    }
    const settings = settingsOf(pictures, names, missing);
    yield { name: "settings.json", input: JSON.stringify(settings, null, 2) };
  }

  return { stream: makeZip(entries()), missing };
}

/**
 * What every picture was made with, for people and programs.
 * @param {readonly Picture[]} pictures @param {readonly string[]} names
 * @param {readonly Missing[]} missing
 */
export function settingsOf(pictures, names, missing) {
  return {
    pictures: pictures.map(({ job, artifact, k }, i) => ({
      file: names[i],
      job: job.id,
      k,
      model: job.resolved_model,
      created_at: job.created_at,
      width: artifact.width,
      height: artifact.height,
      seed: artifact.seed,
      sha256: artifact.sha256,
      task: job.task,
      ...reasonOf(missing.find(({ file }) => file === names[i])),
    })),
  };
}

/** @param {Missing | undefined} missing */
function reasonOf(missing) {
  return missing ? { missing: missing.problem.message } : {};
}

/**
 * @param {() => Promise<Blob>} read
 * @returns {Promise<Blob | Problem>} Never rejects but for a bug or because it was stopped.
 */
async function attempt(read) {
  try {
    return await read();
  } catch (problem) {
    if (problem instanceof Problem) return problem;
    throw problem;
  }
}
