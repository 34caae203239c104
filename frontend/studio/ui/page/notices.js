/** Notices: a job has ended while nobody looked; the title says so, and, if allowed, the system. */

import { count } from "../core/words.js";
import { cardOf } from "../tray/card.js";

const WANTED = "canvas-queue.notices";

export class Notices {
  /** Jobs that ended unseen. */
  #unseen = 0;

  /** @param {{store: Storage, open: (id: string) => void, now: () => number}} page */
  constructor({ store, open, now }) {
    this.store = store;
    this.open = open;
    this.now = now;
    this.title = document.title;
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) this.#set(0);
    });
  }

  /** Whether the system is asked to say it, too. */
  get wanted() {
    return "Notification" in window && Notification.permission === "granted" && this.#kept() === "yes";
  }

  /** @param {boolean} wanted @returns {Promise<boolean>} Whether it is so now. */
  async want(wanted) {
    if (wanted && "Notification" in window) await Notification.requestPermission();
    try {
      this.store.setItem(WANTED, wanted ? "yes" : "no");
    } catch {
      // Storage that is forbidden keeps no wish.
    }
    return this.wanted;
  }

  /** A job has ended. @param {import("../core/jobs.js").Job} job */
  ended(job) {
    if (!document.hidden) return;
    this.#set(this.#unseen + 1);
    if (!this.wanted) return;
    const card = cardOf(job, this.now());
    const notice = shown(card.status, {
      body: card.prompt,
      tag: job.id,
      ...(card.thumbnails[0] ? { icon: card.thumbnails[0].url } : {}),
    });
    notice?.addEventListener("click", () => {
      window.focus();
      this.open(job.id);
    });
  }

  #kept() {
    try {
      return this.store.getItem(WANTED);
    } catch {
      return null;
    }
  }

  /** @param {number} unseen */
  #set(unseen) {
    this.#unseen = unseen;
    document.title = unseen === 0
      ? this.title
      : `${count(unseen, "{n} job has ended", "{n} jobs have ended")} · ${this.title}`;
  }
}

/**
 * A notice of the system's; null where a page may not make one, as on phones with Android, which
 * allow it and then refuse.
 * @param {string} title @param {NotificationOptions} options
 */
function shown(title, options) {
  try {
    return new Notification(title, options);
  } catch (refusal) {
    if (refusal instanceof TypeError) return null;
    throw refusal;
  }
}
