/** Dropping: pictures that are dropped on the page, and not on a field that takes them. */

import { patiently } from "../core/lazy.js";
/**
 * @typedef {import("./gallery.js").Hooks} Hooks
 */

/** How long after the last sign of a drag it is over: a browser need not say that it left. */
const OVER_MS = 250;

/**
 * Take what is dropped beside the fields, from the whole window.
 * @param {HTMLElement} root @param {Hooks} hooks
 */
export function listenForDrops(root, hooks) {
  /** @type {HTMLElement | null} */
  let curtain = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let over;
  const end = () => {
    clearTimeout(over);
    curtain?.remove();
  };
  addEventListener("dragover", (event) => {
    if (!carriesFiles(event)) return;
    clearTimeout(over);
    if (event.defaultPrevented) return end();
    // Dropped here it would replace the page.
    event.preventDefault();
    over = setTimeout(end, OVER_MS);
    if (curtain) root.append(curtain);
    else {
      void patiently(() => import("./recognising.js")).then((module) => {
        curtain ??= module.curtain();
      });
    }
    return undefined;
  });
  addEventListener("drop", (event) => {
    end();
    if (!carriesFiles(event) || event.defaultPrevented) return;
    event.preventDefault();
    const [picture] = event.dataTransfer?.files ?? [];
    if (!picture) return;
    void patiently(() => import("./recognising.js")).then((module) => {
      module.recognise(picture, hooks);
    });
  });
}

/** Whether it is a file from outside, and no picture that is dragged about on the page. @param {DragEvent} event */
function carriesFiles({ dataTransfer }) {
  const types = dataTransfer?.types ?? [];
  return types.includes("Files") && !types.includes("text/uri-list");
}
