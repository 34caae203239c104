/** Asking: a question that is answered before anything is done that cannot be undone. */

import { button, element } from "../core/dom.js";
import { t } from "../core/words.js";
import { Dialog } from "./dialog.js";

/**
 * @param {import("./front.js").Front} front
 * @param {{title: string, words: string[], yes: string}} question `yes` is what the button says.
 * @returns {Promise<boolean>}
 */
export function ask(front, { title, words, yes }) {
  return new Promise((answer) => {
    let agreed = false;
    const no = button(t("Cancel"), () => dialog.close(), { class: "deed" });
    const agree = button(yes, () => {
      agreed = true;
      dialog.close();
    }, { class: "deed danger" });
    const dialog = new Dialog(
      { title, kind: "question", closed: () => answer(agreed) },
      ...words.filter(Boolean).map((sentence) => element("p", {}, sentence)),
      element("div", { class: "leaf-deeds" }, no, agree),
    );
    front.open(dialog);
    // Not the cross, and not what cannot be undone.
    no.focus();
  });
}
