/** Notices: a job has ended while nobody looked; the title says so, and, if allowed, the system. */

import { unreachable } from "../core/problem.js";
import { count } from "../core/words.js";
import { cardOf } from "../tray/card.js";

const WANTED = "canvas-queue.notices";
/** The service worker; its address has no version, because it outlives them. */
const WORKER = "/notices.js";
/** No page is there: it controls none, so that it goes, and a later one comes, at once. */
const SCOPE = "/notices/";

/**
 * A notice is a service worker's in every browser, although some let a page make one as well: those
 * of a page do not exist on phones with Android, and a click on one does nothing once its tab is
 * closed. The browsers without service workers, such as Firefox in a private window, have the title.
 */
export class Notices {
  /** Jobs that ended unseen. */
  #unseen = 0;

  /**
   * @param {{store: Storage, open: (id: string) => void, now: () => number,
   *   workers: ServiceWorkerContainer | undefined}} page `workers` if the browser has any.
   */
  constructor({ store, open, now, workers }) {
    this.store = store;
    this.now = now;
    this.workers = workers;
    this.title = document.title;
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) this.#set(0);
    });
    workers?.addEventListener("message", ({ data }) => {
      if (typeof data?.job === "string") open(data.job);
    });
  }

  /** Whether the system is asked to say it, too. */
  get wanted() {
    return (
      this.workers !== undefined &&
      "Notification" in window &&
      Notification.permission === "granted" &&
      this.#kept() === "yes"
    );
  }

  /**
   * @param {boolean} wanted
   * @returns {Promise<boolean>} Whether it is so now. Rejects with a Problem if that is not known
   *   because the server did not send the worker.
   */
  async want(wanted) {
    if (wanted && "Notification" in window) await Notification.requestPermission();
    this.#keep(wanted);
    try {
      if (this.wanted) await this.#worker();
      else await (await this.workers?.getRegistration(SCOPE))?.unregister();
    } catch (refusal) {
      this.#keep(false);
      if (refusal instanceof TypeError) throw unreachable();
      // What the browser forbids is not so.
      if (!(refusal instanceof DOMException)) throw refusal;
    }
    return this.wanted;
  }

  /** A job has ended. @param {import("../core/jobs.js").Job} job */
  ended(job) {
    if (!document.hidden) return;
    this.#set(this.#unseen + 1);
    if (this.wanted) void this.#tell(job);
  }

  /** @param {import("../core/jobs.js").Job} job */
  async #tell(job) {
    const card = cardOf(job, this.now());
    try {
      const worker = await this.#worker();
      await begun(worker);
      await worker.showNotification(card.status, {
        body: card.prompt,
        tag: job.id,
        ...(card.thumbnails[0] ? { icon: card.thumbnails[0].url } : {}),
      });
      // By itself a browser would look for a newer one once a day, after a click.
      await worker.update();
    } catch (refusal) {
      // There is no connection, or notices have been forbidden by now: the title has said it.
      if (!(refusal instanceof TypeError || refusal instanceof DOMException)) throw refusal;
    }
  }

  /** Where it is registered already, this asks the server for nothing. */
  #worker() {
    return /** @type {ServiceWorkerContainer} */ (this.workers).register(WORKER, { scope: SCOPE });
  }

  #kept() {
    try {
      return this.store.getItem(WANTED);
    } catch {
      return null;
    }
  }

  /** @param {boolean} wanted */
  #keep(wanted) {
    try {
      this.store.setItem(WANTED, wanted ? "yes" : "no");
    } catch {
      // Storage that is forbidden keeps no wish.
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
 * Once a worker that has just been registered is at work, or is known not to be.
 * @param {ServiceWorkerRegistration} registration
 */
function begun({ active, installing, waiting }) {
  const coming = installing ?? waiting;
  if (active || !coming) return Promise.resolve();
  return new Promise((/** @type {(value?: undefined) => void} */ resolve) => {
    coming.addEventListener("statechange", () => {
      if (["activated", "redundant"].includes(coming.state)) resolve();
    });
  });
}
