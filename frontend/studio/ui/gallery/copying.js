/** Copying: words onto the clipboard, also where the page came by plain http. */

import { element } from "../core/dom.js";

/**
 * @param {string} words
 * @param {Element} near What has the focus; the words are put beside it for a moment if need be.
 * @returns {Promise<boolean>} Whether it was done.
 */
export async function copy(words, near) {
  try {
    await navigator.clipboard.writeText(words);
    return true;
  } catch {
    // No clipboard here, or none for us: the old way, which needs a field to copy from.
  }
  const field = /** @type {HTMLTextAreaElement} */ (
    element("textarea", { class: "sr-only", "aria-hidden": "true", tabindex: "-1" })
  );
  field.value = words;
  near.after(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  if (near instanceof HTMLElement) near.focus();
  return done;
}
