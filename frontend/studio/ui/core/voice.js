/** The voice: what the page tells people that belongs to no field: what is new, what failed, and
 * whether the server can be reached. */

import { element, setText } from "./dom.js";
import { Problem, sentence } from "./problem.js";
import { t } from "./words.js";

export class Voice {
  constructor() {
    this.news = element("p", { class: "sr-only", role: "status", "aria-live": "polite" });
    this.offline = element("p", { class: "desk-offline", role: "status" });
    this.trouble = element("p", { class: "desk-trouble", role: "alert" });
    this.offline.hidden = this.trouble.hidden = true;
    this.lines = [this.news, this.offline, this.trouble];
  }

  /** @param {string} words For those who hear the page. */
  announce(words) {
    this.news.textContent = words;
  }

  /** @param {string} words What could not be done; empty when something could. */
  say(words) {
    setText(this.trouble, words);
  }

  /** @param {boolean} reachable */
  setReachable(reachable) {
    setText(this.offline, reachable ? "" : t("The server cannot be reached. Still trying."));
  }

  /**
   * Do something that can be tried again; say so if it could not be done.
   * @param {() => Promise<void>} deed
   * @returns {Promise<boolean>} Whether it was done.
   */
  async tried(deed) {
    try {
      await deed();
      this.setReachable(true);
      this.say("");
      return true;
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      if (problem.answered) this.say(sentence(problem));
      else this.setReachable(false);
      return false;
    }
  }
}
