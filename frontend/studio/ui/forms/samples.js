/** Samples: the pictures that examples begin with. They come with the page and are sent like any
 * other picture of this browser's. */

import { uploadsOf } from "../pictures/uploads.js";

/**
 * An example's task, with each of its samples as a picture that the form's controls can show.
 * @param {Record<string, any>} task
 * @param {import("../core/api.js").Api} api
 * @returns {Promise<Record<string, any>>}
 */
export async function withPictures(task, api) {
  const { shelf } = uploadsOf(api);
  /** @param {any} value @returns {Promise<any>} */
  const named = async (value) => {
    if (Array.isArray(value)) return Promise.all(value.map(named));
    if (typeof value?.sample !== "string") return value;
    const picture = await sample(value.sample);
    await shelf.keep(picture);
    return { kept: picture.key };
  };
  const fields = Object.entries(task).map(async ([name, value]) => [name, await named(value)]);
  return Object.fromEntries(await Promise.all(fields));
}

/** @param {string} name */
async function sample(name) {
  const response = await fetch(new URL(`../samples/${name}.webp`, import.meta.url));
  const blob = await response.blob();
  const { width, height } = await createImageBitmap(blob);
  return { blob, key: `sample-${name}`, name: `${name}.webp`, width, height, note: "" };
}
