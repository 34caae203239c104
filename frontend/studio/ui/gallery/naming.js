/** Names: what a picture is called as a file, so that it can be found again. */

const WORDS_MOST = 60;
/** Types for which a file's ending is not the type's own name. */
const ENDINGS = /** @type {Record<string, string>} */ ({ jpeg: "jpg" });

/**
 * Words of the prompt, then the seed, such as `a-red-fox-in-the-snow-7.png`.
 * @param {import("./pictures.js").Picture} picture
 */
export function fileName(picture) {
  const { job, artifact } = picture;
  const task = job.task ?? {};
  const seed = artifact?.seed ?? task.seed;
  const stem = [slug(task.prompt || task.mask_prompt || task.kind || "picture"), seed ?? picture.k];
  const type = (artifact?.content_type ?? "image/png").split("/")[1];
  return `${stem.join("-")}.${ENDINGS[type] ?? type}`;
}

/**
 * Names of which no two are the same, on any file system: what comes later is numbered.
 * @param {readonly string[]} names
 */
export function told(names) {
  /** @type {Set<string>} */
  const taken = new Set();
  return names.map((name) => {
    const dot = name.lastIndexOf(".");
    const [stem, ending] = dot < 0 ? [name, ""] : [name.slice(0, dot), name.slice(dot)];
    let own = name;
    for (let n = 2; taken.has(own.toLowerCase()); n++) own = `${stem}-${n}${ending}`;
    taken.add(own.toLowerCase());
    return own;
  });
}

/** Letters and digits of any script, with dashes between. @param {string} words */
export function slug(words) {
  const parts = words.normalize("NFC").toLowerCase().match(/[\p{L}\p{M}\p{N}]+/gu) ?? ["picture"];
  let name = "";
  for (const part of parts) {
    const longer = name ? `${name}-${part}` : part;
    if (longer.length > WORDS_MOST) break;
    name = longer;
  }
  // One long word, or a script that needs no spaces.
  return name || [...parts[0]].slice(0, WORDS_MOST).join("");
}
