/** The toolbar: language, light or dark, notices, and the list of keys. */

import { button, element, sign } from "../core/dom.js";
import { Problem, sentence } from "../core/problem.js";
import { choose, language, LANGUAGES, t } from "../core/words.js";
import { darkness, setDark } from "./theme.js";

const HALF = "M10 3a7 7 0 1 0 0 14zM10 3a7 7 0 0 1 0 14";
const BELL = "M5 14h10l-1.3-2V9a3.7 3.7 0 0 0-7.4 0v3zM8.5 16.5h3";
const KEYS = "M3 6h14v9H3zM6 9v.01M10 9v.01M14 9v.01M7 12h6";

/**
 * @param {HTMLElement} place
 * @param {{notices: import("./notices.js").Notices, store: Storage, keys: () => void,
 *   say: (words: string) => void}} page
 */
export function drawToolbar(place, { notices, store, keys, say }) {
  place.replaceChildren(
    languages(store),
    darkSwitch(store),
    noticeSwitch(notices, say),
    button(sign(KEYS), keys, { "aria-label": t("Keys"), title: t("Keys") }),
  );
}

/** @param {Storage} store */
function languages(store) {
  const select = /** @type {HTMLSelectElement} */ (
    element("select", { "aria-label": t("Language"), class: "languages" })
  );
  for (const [tag, name] of Object.entries(LANGUAGES)) {
    select.append(element("option", { value: tag, lang: tag }, name));
  }
  select.value = language();
  select.addEventListener("change", () => {
    choose(store, /** @type {import("../core/words.js").Language} */ (select.value));
    // Drafts outlive it, and everything is drawn in one language.
    location.reload();
  });
  return select;
}

/** @param {Storage} store */
function darkSwitch(store) {
  const label = t("Dark");
  const toggle = button(sign(HALF), () => {
    const dark = !darkness();
    setDark(store, dark);
    toggle.setAttribute("aria-pressed", String(dark));
  }, { "aria-label": label, title: label, "aria-pressed": String(darkness()) });
  return toggle;
}

/** @param {import("./notices.js").Notices} notices @param {(words: string) => void} say */
function noticeSwitch(notices, say) {
  const label = t("Tell me when a job ends");
  const toggle = button(sign(BELL), async () => {
    const before = notices.wanted;
    try {
      const wanted = await notices.want(!before);
      say(before || wanted ? "" : t("The browser does not let this page send notices. Its settings for this page can allow it."));
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      say(sentence(problem));
    }
    toggle.setAttribute("aria-pressed", String(notices.wanted));
  }, { "aria-label": label, title: label, "aria-pressed": String(notices.wanted) });
  return toggle;
}
