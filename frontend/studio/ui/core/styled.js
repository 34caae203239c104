/** Styled: a part of the page is shown when the styles hold that it needs, so that nothing jumps. */

import { loadStyles } from "./dom.js";

/**
 * @param {HTMLElement} element
 * @param {...URL} sheets
 */
export async function showStyled(element, ...sheets) {
  element.hidden = true;
  await Promise.all(sheets.map(loadStyles));
  element.hidden = false;
}
