/** Downloading many: the reader sees how far it is, can stop it, and is told what is missing. */

import { button, element, setText } from "../core/dom.js";
import { count, t } from "../core/words.js";
import { Dialog } from "./dialog.js";
import { original, save } from "./files.js";
import { troubleOf } from "./trouble.js";
import { zipOf } from "./zip.js";

/** More than this is written to the disk as it comes, where the browser lets us. */
const IN_MEMORY_MOST = 150e6;

/**
 * @typedef {import("./pictures.js").Picture} Picture
 * @typedef {{createWritable: () => Promise<WritableStream<Uint8Array>>}} FileHandle
 *   Of the File System Access API, which TypeScript's library does not know.
 */

/**
 * Let the reader keep many pictures as one zip.
 * @param {import("./front.js").Front} front @param {import("./files.js").Server} api
 * @param {readonly Picture[]} pictures
 */
export async function downloadMany(front, api, pictures) {
  const name = `pictures-${new Date(api.now()).toISOString().slice(0, 10)}.zip`;
  // First of all, while the browser remembers that it was the reader who wants it.
  const file = await fileFor(pictures, name);
  if (file === null) return;
  const stop = new AbortController();
  const bar = /** @type {HTMLProgressElement} */ (
    element("progress", { class: "zip-bar", max: String(pictures.length), value: "0" })
  );
  bar.setAttribute("aria-label", t("Pictures fetched"));
  const words = element("p");
  const list = element("ul", { class: "zip-missing" });
  const way = button(t("Cancel"), () => dialog.close(), { class: "deed" });
  const dialog = new Dialog(
    { title: t("Download"), kind: "zip", closed: () => stop.abort() },
    words,
    bar,
    list,
    element("div", { class: "leaf-deeds" }, way),
  );
  list.hidden = true;
  const progress = (/** @type {number} */ done) => {
    bar.value = done;
    setText(words, t("{done} of {n} pictures", { done, n: pictures.length }));
  };
  progress(0);
  front.open(dialog);
  const { signal } = stop;
  const read = (/** @type {Picture} */ picture) => original(api, picture, { signal });
  const { stream, missing } = await zipOf(pictures, { read, progress, signal });
  try {
    if (file) await stream.pipeTo(await file.createWritable(), { signal });
    else save(await new Response(stream, { headers: { "Content-Type": "application/zip" } }).blob(), name);
  } catch (failure) {
    if (signal.aborted) return;
    dialog.say(t("The file could not be written."));
    setText(words, String(/** @type {Error} */ (failure).message ?? failure));
    return;
  }
  if (missing.length === 0) {
    dialog.close();
    front.voice.announce(t("The pictures are saved."));
    return;
  }
  dialog.say(count(
    missing.length,
    "{n} picture could not be had. The others are saved.",
    "{n} pictures could not be had. The others are saved.",
  ));
  list.hidden = false;
  list.replaceChildren(
    ...missing.map(({ file: left, problem }) =>
      element("li", {}, t("{about}: {words}", { about: left, words: troubleOf(problem) })),
    ),
  );
  way.textContent = t("Close");
}

/**
 * Where to write a file that is too large for the memory.
 * @param {readonly Picture[]} pictures @param {string} name
 * @returns {Promise<FileHandle | undefined | null>}
 *   Undefined where it is kept in memory; null if the reader does not want it after all.
 */
async function fileFor(pictures, name) {
  const bytes = pictures.reduce((sum, { artifact }) => sum + artifact.bytes, 0);
  if (bytes < IN_MEMORY_MOST || !("showSaveFilePicker" in window)) return undefined;
  try {
    return await /** @type {any} */ (window).showSaveFilePicker({ suggestedName: name });
  } catch (failure) {
    if (failure instanceof DOMException && failure.name === "AbortError") return null;
    return undefined;
  }
}
