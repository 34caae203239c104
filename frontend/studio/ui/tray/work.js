/** The work: the jobs under way and those just ended, as the server tells of them. */

import { JobList } from "../core/jobs.js";
import { Poller } from "../core/poller.js";
import { Submissions } from "../core/submissions.js";
import { t } from "../core/words.js";
import { cardOf } from "./card.js";
import { Dismissed } from "./dismissed.js";
import { Tray } from "./tray.js";

const TICK_MS = 1000;
/** An end that is older than this needs no place in the tray. */
const FRESH_MS = 24 * 3600 * 1000;
const TRAY_MOST = 100;
const UNMADE = "failed,moderated,expired,canceled";

/** @typedef {import("../core/jobs.js").Job} Job */
/**
 * @typedef {object} Hooks
 * @property {(job: Job) => void} progressed A job has brought a picture, or ended.
 * @property {(job: Job) => void} ended It has ended, and nobody was told yet.
 * @property {(id: string) => void} gone It was erased.
 * @property {(id: string) => void} open Show its pictures.
 * @property {(open: number) => void} counted How many are under way.
 */

export class Work {
  /** @type {Set<string>} The jobs of whose end somebody was told, or that had ended before. */
  #told = new Set();
  #began = 0;

  /**
   * @param {HTMLElement} root Where the tray is.
   * @param {{api: import("../core/api.js").Api, voice: import("../core/voice.js").Voice,
   *   store: Storage}} page
   * @param {Hooks} hooks
   */
  constructor(root, { api, voice, store }, hooks) {
    this.api = api;
    this.voice = voice;
    this.hooks = hooks;
    this.jobs = new JobList();
    this.submissions = new Submissions(api);
    this.dismissed = new Dismissed(store);
    this.tray = new Tray(root, this.#actions(), () => api.now());
    this.poller = new Poller(api, {
      open: () => this.jobs.open(),
      rows: (rows) => this.#learn(rows),
      reachable: (yes) => voice.setReachable(yes),
    });
  }

  /** Show what is under way, and go on telling of it. */
  async begin() {
    this.#began = this.api.now();
    document.addEventListener("visibilitychange", () => void this.poller.seen());
    // Elapsed times go on between two polls.
    setInterval(() => {
      if (!document.hidden && this.jobs.open().length > 0) this.#render();
    }, TICK_MS);
    const since = new Date(this.#began - FRESH_MS).toISOString();
    const lists = [`status=queued,running&limit=${TRAY_MOST}`, `status=${UNMADE}&after=${since}`];
    await this.voice.tried(async () => {
      const answers = await Promise.all(lists.map((list) => this.api.get(`/jobs?${list}`)));
      for (const job of answers.flatMap(({ body }) => body.data)) {
        this.jobs.put(job);
        if (job.done) this.#told.add(job.id);
      }
      this.#render();
      this.poller.wake();
    });
  }

  /**
   * Submit a job. Rejects with a Problem.
   * @param {object} body The body of `POST /jobs`.
   * @param {() => void} [unreached] Called when there is no connection, for which it waits.
   */
  async send(body, unreached) {
    const job = await this.submissions.send(body, unreached);
    this.accepted(job);
    return job;
  }

  /** A job was submitted. @param {Job} job */
  accepted(job) {
    this.jobs.put(job);
    this.#render();
    this.voice.announce(t("Your job has been accepted."));
    // Where the first answer was lost, the job may have ended before the second.
    if (job.done) this.#progressed(job);
    this.poller.wake();
  }

  #render() {
    const shown = this.jobs.all().filter((job) => !job.done || this.#isNews(job));
    this.tray.render(shown);
    this.hooks.counted(shown.filter(({ done }) => !done).length);
  }

  /** Whether an ended job stays in the tray: nobody has put it away, and it is news. */
  #isNews(/** @type {Job} */ job) {
    if (this.dismissed.has(job.id)) return false;
    const ended = Date.parse(job.finished_at ?? "");
    if (job.status === "succeeded") return ended >= this.#began;
    return this.api.now() - ended < FRESH_MS;
  }

  /** @returns {import("./tray.js").Actions} */
  #actions() {
    return {
      cancel: (id) => void this.#cancel(id),
      retry: (id) => void this.#retry(id),
      open: (id) => this.hooks.open(id),
      refetch: (id) => void this.#fetch(id),
      dismiss: (id) => this.#dismiss(id),
      clear: () => this.#dismiss(...this.jobs.all().filter(({ done }) => done).map(({ id }) => id)),
    };
  }

  /** @param {string[]} ids */
  #dismiss(...ids) {
    this.dismissed.add(...ids);
    this.#render();
  }

  /** @param {any[]} rows */
  #learn(rows) {
    const { news, gone, incomplete } = this.jobs.merge(rows);
    for (const id of gone) this.hooks.gone(id);
    if (gone.length > 0) this.voice.announce(t("A job was erased."));
    for (const id of incomplete) void this.#fetch(id);
    if (news) this.#render();
    return news;
  }

  /** @param {string} id */
  async #fetch(id) {
    await this.voice.tried(async () => {
      const { body: job } = await this.api.get(`/jobs/${id}`);
      if (this.jobs.put(job)) this.#progressed(job);
      this.#render();
    });
  }

  /** @param {Job} job */
  #progressed(job) {
    if (job.done && !this.#told.has(job.id)) {
      this.#told.add(job.id);
      const { status, prompt } = cardOf(job, this.api.now());
      this.voice.announce(t("{about}: {words}", { about: status, words: prompt }));
      this.hooks.ended(job);
    }
    this.hooks.progressed(job);
  }

  /** @param {string} id */
  async #cancel(id) {
    await this.voice.tried(async () => {
      const { body: job } = await this.api.post(`/jobs/${id}/cancel`, undefined);
      this.jobs.put(job);
      this.#told.add(id);
      this.#render();
      this.voice.announce(job.done ? t("The job was canceled.") : t("The job is being canceled."));
      this.poller.wake();
    });
  }

  /** @param {string} id */
  async #retry(id) {
    await this.voice.tried(async () => {
      const { body: job } = await this.api.post(`/jobs/${id}/retry`, undefined);
      this.dismissed.add(id);
      this.accepted(job);
    });
  }
}
