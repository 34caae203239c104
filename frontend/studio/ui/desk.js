/** The desk: what lives as long as the page does, and ties the forms to the jobs and pictures. */

import { Api } from "./core/api.js";
import { button, element, setText } from "./core/dom.js";
import { JobList } from "./core/jobs.js";
import { patiently } from "./core/lazy.js";
import { Poller } from "./core/poller.js";
import { Problem } from "./core/problem.js";
import { Submissions } from "./core/submissions.js";
import { language, t } from "./core/words.js";
import { titleOf } from "./forms/drawn.js";
import { Form, sentence } from "./forms/form.js";
import { Forms } from "./forms/forms.js";
import { Quoting } from "./forms/quoting.js";
import { bodyOf } from "./forms/state.js";
import { Gallery } from "./gallery/gallery.js";
import { listen } from "./keys.js";
import { Notices } from "./notices.js";
import { restoreTheme } from "./theme.js";
import { drawToolbar } from "./toolbar.js";
import { Views } from "./views.js";
import { cardOf } from "./tray/card.js";
import { Dismissed } from "./tray/dismissed.js";
import { Tray } from "./tray/tray.js";

const API = "/v1";
const TICK_MS = 1000;
/** An end that is older than this needs no place in the tray. */
const FRESH_MS = 24 * 3600 * 1000;
const TRAY_MOST = 100;
const UNMADE = "failed,moderated,expired,canceled";

/**
 * @typedef {object} Drawn What the page has drawn, and how to have it show something else.
 * @property {() => void} tabs Have Gradio ask for the updates of the tabs.
 * @property {Record<string, () => void>} forms Kind → have it ask for those of its form.
 * @property {Record<string, string>} inputs Kind → the field that takes a picture, if one does.
 */

export class Desk {
  /** @type {Map<string, import("./forms/aids.js").Aids>} Kind → the helps of its form. */
  aids = new Map();
  /** The tab that is to be opened. */
  #tab = "";
  /** @type {Set<string>} The forms that are being sent. */
  #sending = new Set();
  /** @type {Set<string>} The forms whose seed is kept. */
  #locked = new Set();
  /** @type {Set<string>} The jobs of whose end somebody was told, or that had ended before. */
  #told = new Set();
  #began = 0;
  /** @type {Record<string, string>} Kind → the field that takes a picture. */
  #inputs = {};

  /** @param {Storage} store */
  constructor(store) {
    this.api = new Api(API);
    this.store = store;
    this.forms = new Forms(store);
    this.jobs = new JobList();
    this.submissions = new Submissions(this.api);
    this.dismissed = new Dismissed(store);
    this.quoting = new Quoting(this.api, (kind, quote) => this.#quoted(kind, quote));
    this.notices = new Notices({ store, now: () => this.api.now(), open: (id) => this.open(id) });
    this.status = element("p", { class: "sr-only", role: "status", "aria-live": "polite" });
    this.offline = element("p", { class: "desk-offline", role: "status" });
    this.trouble = element("p", { class: "desk-trouble", role: "alert" });
    this.offline.hidden = this.trouble.hidden = true;
    const tray = element("section", { id: "tray", "aria-label": t("Jobs") });
    this.tray = new Tray(tray, this.#actions(), () => this.api.now());
    const pictures = element("section", { id: "gallery", "aria-label": t("Your pictures") });
    this.gallery = new Gallery(pictures, {
      api: this.api,
      models: () => Object.fromEntries(this.forms.catalog.data.map((m) => [m.name, m.title])),
      now: () => this.api.now(),
      remix: (job) => this.remix(job),
      useAs: (kind, job, k) => this.useAs(kind, job, k),
      inputsOf: () => Object.keys(this.#inputs).map((kind) => ({ kind, title: t(titleOf(kind)) })),
      accepted: (job) => this.#accepted(job),
      announce: (words) => this.announce(words),
      say: (words) => this.say(words),
    });
    this.root = [this.status, this.offline, this.trouble, tray, pictures];
    this.poller = new Poller(this.api, {
      open: () => this.jobs.open(),
      rows: (rows) => this.#learn(rows),
      reachable: (yes) => this.setReachable(yes),
    });
    this.views = new Views();
    this.showTabs = () => {};
  }

  /**
   * The page is drawn: fill the forms and show the jobs.
   * @param {HTMLElement} place
   * @param {Drawn} drawn
   */
  async begin(place, { tabs, forms, inputs }) {
    this.#began = this.api.now();
    this.#inputs = inputs;
    this.showTabs = tabs;
    place.replaceChildren(...this.root);
    this.#equip();
    this.forms.begin(forms);
    if (language() !== "en") this.showTabs();
    document.addEventListener("visibilitychange", () => void this.poller.seen());
    // Elapsed times go on between two polls.
    setInterval(() => {
      if (!document.hidden && this.jobs.open().length > 0) this.render();
    }, TICK_MS);
    await Promise.all([this.#loadModels(), this.#loadJobs(), this.gallery.start()]);
    await this.gallery.openFromAddress();
  }

  /** What stands around the forms and the pictures: toolbar, keys, the words of the masthead. */
  #equip() {
    document.documentElement.lang = language();
    const tagline = document.querySelector(".masthead p");
    if (tagline) tagline.textContent = t(tagline.textContent ?? "");
    restoreTheme(this.store);
    const list = async () => (await patiently(() => import("./key_list.js"))).showKeys();
    const keys = () => void list();
    const toolbar = document.getElementById("toolbar");
    if (toolbar) drawToolbar(toolbar, { notices: this.notices, store: this.store, keys });
    document.body.append(this.views.root);
    listen({
      list: keys,
      search: () => {
        this.views.show("pictures");
        /** @type {HTMLElement | null} */ (document.querySelector("#gallery input"))?.focus();
      },
      step: (by) => this.#step(by),
    });
  }

  /** @param {string} kind */
  openTab(kind) {
    this.#tab = kind;
    this.showTabs();
  }

  /** The tab that is to be opened, asked for once. */
  takeTab() {
    const tab = this.#tab;
    this.#tab = "";
    return tab;
  }

  /** Open the tab before or after. @param {number} by */
  #step(by) {
    const tabs = /** @type {HTMLElement[]} */ ([...document.querySelectorAll("#tasks [role=tab]")]);
    const open = tabs.findIndex((tab) => tab.getAttribute("aria-selected") === "true");
    const next = tabs[(open + by + tabs.length) % tabs.length];
    next?.click();
    next?.focus();
  }

  // -- jobs ---------------------------------------------------------------------------------

  render() {
    const shown = this.jobs.all().filter((job) => !job.done || this.#worthSeeing(job));
    this.tray.render(shown);
    this.views.setOpen(shown.filter(({ done }) => !done).length);
  }

  /** Whether an ended job stays in the tray: nobody has put it away, and it is news. */
  #worthSeeing(/** @type {import("./core/jobs.js").Job} */ job) {
    if (this.dismissed.has(job.id)) return false;
    const ended = Date.parse(job.finished_at ?? "");
    if (job.status === "succeeded") return ended >= this.#began;
    return this.api.now() - ended < FRESH_MS;
  }

  #actions() {
    return {
      cancel: (/** @type {string} */ id) => void this.#cancel(id),
      retry: (/** @type {string} */ id) => void this.#retry(id),
      open: (/** @type {string} */ id) => this.open(id),
      refetch: (/** @type {string} */ id) => void this.#fetch(id),
      dismiss: (/** @type {string} */ id) => {
        this.dismissed.add(id);
        this.render();
      },
      clear: () => {
        this.dismissed.add(...this.jobs.all().filter(({ done }) => done).map(({ id }) => id));
        this.render();
      },
    };
  }

  /** Show a job's pictures. @param {string} id */
  open(id) {
    void this.gallery.open(id);
  }

  async #loadJobs() {
    const since = new Date(this.api.now() - FRESH_MS).toISOString();
    const lists = [`status=queued,running&limit=${TRAY_MOST}`, `status=${UNMADE}&after=${since}`];
    await this.#try(async () => {
      const answers = await Promise.all(lists.map((list) => this.api.get(`/jobs?${list}`)));
      for (const job of answers.flatMap(({ body }) => body.data)) {
        this.jobs.put(job);
        if (job.done) this.#told.add(job.id);
      }
      this.render();
      this.poller.wake();
    });
  }

  async #loadModels() {
    await this.#try(async () => {
      const { body } = await this.api.get("/models");
      this.forms.setCatalog(body);
      this.gallery.modelsChanged();
    });
  }

  /** @param {any[]} rows */
  #learn(rows) {
    const { news, gone, incomplete } = this.jobs.merge(rows);
    for (const id of gone) this.gallery.gone(id);
    if (gone.length > 0) this.announce(t("A job was erased."));
    for (const id of incomplete) void this.#fetch(id);
    if (news) this.render();
    return news;
  }

  /** @param {string} id */
  async #fetch(id) {
    await this.#try(async () => {
      const { body: job } = await this.api.get(`/jobs/${id}`);
      if (this.jobs.put(job)) this.#progressed(job);
      this.render();
    });
  }

  /** A job has brought a picture, or ended. @param {import("./core/jobs.js").Job} job */
  #progressed(job) {
    if (job.done) this.#tell(job);
    this.gallery.finished(job);
  }

  /** A job has ended: say so, once. @param {import("./core/jobs.js").Job} job */
  #tell(job) {
    if (this.#told.has(job.id)) return;
    this.#told.add(job.id);
    const { status, prompt } = cardOf(job, this.api.now());
    this.announce(`${status}: ${prompt}`);
    this.notices.ended(job);
  }

  /** @param {string} id */
  async #cancel(id) {
    await this.#try(async () => {
      const { body: job } = await this.api.post(`/jobs/${id}/cancel`, undefined);
      this.jobs.put(job);
      this.#told.add(id);
      this.render();
      this.announce(job.done ? t("The job was canceled.") : t("The job is being canceled."));
      this.poller.wake();
    });
  }

  /** @param {string} id */
  async #retry(id) {
    await this.#try(async () => {
      const { body: job } = await this.api.post(`/jobs/${id}/retry`, undefined);
      this.dismissed.add(id);
      this.#accepted(job);
    });
  }

  /**
   * Submit a job. Rejects with a Problem.
   * @param {object} body The body of `POST /jobs`.
   */
  async send(body) {
    const job = await this.submissions.send(body);
    this.#accepted(job);
    return job;
  }

  /** @param {import("./core/jobs.js").Job} job */
  #accepted(job) {
    this.jobs.put(job);
    this.render();
    this.announce(t("Your job has been accepted."));
    // Where the first answer was lost, the job may have ended before the second.
    if (job.done) this.#progressed(job);
    this.poller.wake();
  }

  // -- forms --------------------------------------------------------------------------------

  /** Submit a form. Never throws: Gradio would swallow it, and nobody would be told. */
  async submit(/** @type {string} */ kind) {
    if (this.#sending.has(kind)) return;
    this.#sending.add(kind);
    const form = new Form(kind);
    form.clear();
    form.setBusy(true);
    try {
      const job = await this.#sendForm(kind);
      if (this.#locked.has(kind)) this.show(kind, { seed: job.task.seed });
    } catch (problem) {
      if (problem instanceof Problem) await form.show(problem);
      else {
        console.error(problem);
        form.say(t("Something went wrong on this page. Reload it and try again."));
      }
    } finally {
      form.setBusy(false);
      this.#sending.delete(kind);
    }
  }

  /** Send a form; once more if the server had lost a picture that can be sent again. */
  async #sendForm(/** @type {string} */ kind) {
    const state = this.forms.get(kind);
    try {
      return await this.send(bodyOf(kind, await state.task()));
    } catch (problem) {
      if (!(problem instanceof Problem) || !state.recover(problem)) throw problem;
      return this.send(bodyOf(kind, await state.task()));
    }
  }

  /** Something in a form changed. */
  changed = (/** @type {string} */ kind) => {
    const state = this.forms.get(kind);
    state.save();
    this.forms.fit(kind);
    this.aids.get(kind)?.size?.show(state.sketch());
    this.quoting.changed(kind, state.whole ? state.sketch() : null);
  };

  /**
   * A form begins with its examples.
   * @param {HTMLElement} place @param {string} kind
   * @param {{title: string, task: Record<string, any>}[]} examples
   * @param {string[]} required The fields without which there is no task.
   */
  openForm(place, kind, examples, required) {
    this.forms.get(kind).required = required;
    const row = /** @type {HTMLElement} */ (place.querySelector(".examples"));
    const help = /** @type {HTMLElement} */ (place.querySelector(".task-help"));
    help.textContent = t(help.textContent ?? "");
    row.replaceChildren(
      ...examples.map(({ title, task }) => button(t(title), () => void this.#example(kind, task))),
    );
  }

  /** @param {string} kind @param {Record<string, any>} task */
  async #example(kind, task) {
    await this.#try(async () => {
      const named = JSON.stringify(task).includes('"sample":');
      const samples = named ? await patiently(() => import("./forms/samples.js")) : null;
      this.restore(kind, samples ? await samples.withPictures(task, this.api) : task);
    });
  }

  /** Put a job's settings back into its form. @param {import("./core/jobs.js").Job} job */
  remix(job) {
    const urls = (job.inputs ?? []).map((/** @type {any} */ input) => [input.place, input.url]);
    this.restore(job.task.kind, { ...job.task, model: job.requested_model }, Object.fromEntries(urls));
  }

  /**
   * Send a picture to another tab, as what it works on.
   * @param {string} kind @param {import("./core/jobs.js").Job} job @param {number} k
   */
  useAs(kind, job, k) {
    const field = this.#inputs[kind];
    const named = { artifact: `${job.id}/${k}` };
    const several = field === "images";
    const url = job.artifacts?.find((artifact) => artifact.k === k)?.url;
    const place = several ? "images/0" : field;
    this.forms.get(kind).give(field, several ? [named] : named, url ? { [place]: url } : {});
    this.openTab(kind);
    this.views.show("form");
    this.changed(kind);
  }

  /**
   * Put a task into its form, and open its tab.
   * @param {string} kind @param {Record<string, any>} task @param {Record<string, string>} urls
   */
  restore(kind, task, urls = {}) {
    new Form(kind).clear();
    this.forms.get(kind).restore(task, urls);
    this.forms.refresh(kind);
    this.openTab(kind);
    this.views.show("form");
    this.changed(kind);
  }

  /** Whether a form's seed stays from one job to the next. @param {string} kind */
  locked(kind) {
    return this.#locked.has(kind);
  }

  /** @param {string} kind @param {boolean} locked */
  lock(kind, locked) {
    if (locked) this.#locked.add(kind);
    else this.#locked.delete(kind);
  }

  /** Set some of a form's fields. @param {string} kind @param {Record<string, any>} values */
  show(kind, values) {
    this.forms.get(kind).set(values);
    this.forms.refresh(kind);
  }

  /** @param {string} kind @param {any} quote */
  #quoted(kind, quote) {
    const title = this.forms.catalog.data.find(({ name }) => name === quote?.resolved_model)?.title;
    this.aids.get(kind)?.quote?.show(
      quote && {
        usd: quote.cost.estimate_usd,
        images: Number(this.forms.get(kind).sketch().n ?? 1),
        model: title ?? quote.resolved_model,
        fallback: quote.fallback_reason,
        warnings: quote.warnings,
      },
    );
  }

  // -- what people are told -----------------------------------------------------------------

  /**
   * Do something that can be tried again; say so if it could not be done.
   * @param {() => Promise<void>} work
   * @returns {Promise<boolean>} Whether it was done.
   */
  async #try(work) {
    try {
      await work();
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

  /** @param {string} sentence For those who hear the page. */
  announce(sentence) {
    this.status.textContent = sentence;
  }

  /** @param {string} sentence What could not be done; empty when something could. */
  say(sentence) {
    setText(this.trouble, sentence);
  }

  /** @param {boolean} reachable */
  setReachable(reachable) {
    setText(this.offline, reachable ? "" : t("The server cannot be reached. Still trying."));
  }
}
