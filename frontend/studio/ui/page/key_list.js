/** The list of keys, over the page. */

import { button, element } from "../core/dom.js";
import { t } from "../core/words.js";

/** Every key, by where it works. */
function keys() {
  return {
    [t("Anywhere")]: [
      [t("Ctrl + Enter"), t("Send the form")],
      ["/", t("Search your pictures")],
      ["<  >", t("The tab before, the tab after")],
      ["?", t("This list")],
    ],
    [t("Mask")]: [
      ["B  E  L  R", t("Brush, eraser, lasso, rectangle")],
      ["[  ]", t("Smaller, larger")],
      [t("Ctrl + Z"), t("Undo; with Shift, redo")],
      ["I", t("Swap painted and unpainted")],
      [t("Del"), t("Clear the mask")],
      ["+  −  0", t("Zoom in, zoom out, fit")],
      ["F", t("Use the whole window")],
      ["←  ↑  →  ↓", t("Move the brush; with Shift, faster")],
      [t("Enter"), t("Dab; set a corner of the lasso or the rectangle")],
    ],
    [t("Picture")]: [
      ["←  →", t("The picture before, the picture after")],
      ["F", t("Mark as favourite")],
      ["D", t("Download")],
      [t("Esc"), t("Close")],
    ],
  };
}

export function showKeys() {
  const sections = Object.entries(keys()).map(([where, list]) => element(
    "section",
    {},
    element("h3", {}, where),
    element(
      "dl",
      {},
      ...list.flatMap(([key, does]) => [
        element("dt", {}, element("kbd", {}, key)),
        element("dd", {}, does),
      ]),
    ),
  ));
  const dialog = /** @type {HTMLDialogElement} */ (
    element("dialog", { class: "sheet key-list", "aria-label": t("Keys") })
  );
  dialog.append(
    element(
      "header",
      {},
      element("h2", {}, t("Keys")),
      button(t("Close"), () => dialog.close(), { class: "quiet" }),
    ),
    ...sections,
  );
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  document.body.append(dialog);
  dialog.showModal();
}
