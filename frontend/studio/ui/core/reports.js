/** Reports: what the server says of a job, and of which of its pictures, in the reader's words. */

import { heard, mark, t } from "./words.js";

/** What a sentence can be about, by the task's field; `{n}` is its place among several.
 * @type {Record<string, string>} */
const ABOUT = Object.freeze({
  image: mark("Picture"),
  images: mark("Picture {n}"),
  mask: mark("Mask"),
  region: mark("Mask"),
  mask_prompt: mark("Mask in words"),
  garment: mark("Garment"),
  reference: mark("Reference picture"),
  style_image: mark("Picture with the style"),
});

/**
 * A sentence of a worker's; it begins with a field, such as `images/0: `, if it is about one.
 * @param {string} sentence
 */
export function reported(sentence) {
  const [, field, place, words] = /^(\w+)(?:\/(\w+))?(?:, extended)?: (.+)$/s.exec(sentence) ?? [];
  if (!Object.hasOwn(ABOUT, field ?? "")) return heard(sentence);
  const about = t(ABOUT[field], { n: Number(place) + 1 });
  return t("{about}: {words}", { about, words: heard(words) });
}

/** What the owner should know of how a job was made. @param {import("./jobs.js").Job} job */
export function notesOf({ fallback_reason: fallback, warnings = [] }) {
  return [fallback, ...warnings].filter(Boolean).map((note) => reported(note));
}
