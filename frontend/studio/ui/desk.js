/** The desk: what lives as long as the page does, each part told of the others. */

import { Api } from "./core/api.js";
import { element } from "./core/dom.js";
import { patiently } from "./core/lazy.js";
import { Voice } from "./core/voice.js";
import { language, t } from "./core/words.js";
import { Bench } from "./forms/bench.js";
import { titleOf } from "./forms/drawn.js";
import { Gallery } from "./gallery/gallery.js";
import { listen } from "./page/keys.js";
import { Notices } from "./page/notices.js";
import { Tabs } from "./page/tabs.js";
import { restoreTheme } from "./page/theme.js";
import { drawToolbar } from "./page/toolbar.js";
import { Views } from "./page/views.js";
import { Work } from "./tray/work.js";

const API = "/v1";

/**
 * @typedef {object} Drawn What the page has drawn, and how to have it show something else.
 * @property {() => void} tabs Have Gradio ask for the updates of the tabs.
 * @property {Record<string, () => void>} forms Kind → have it ask for those of its form.
 * @property {Record<string, string>} inputs Kind → the field that takes a picture, if one does.
 */

export class Desk {
  tabs = new Tabs();

  /** @param {Storage} store */
  constructor(store) {
    this.store = store;
    const api = new Api(API);
    const voice = new Voice();
    const page = { api, voice, store };
    const tray = element("section", { id: "tray", "aria-label": t("Jobs") });
    const pictures = element("section", { id: "gallery", "aria-label": t("Your pictures") });
    this.api = api;
    this.voice = voice;
    this.places = [...voice.lines, tray, pictures];
    this.views = new Views();
    this.notices = new Notices({
      store,
      now: () => api.now(),
      open: (id) => this.#open(id),
      workers: navigator.serviceWorker,
    });
    this.bench = new Bench(page, {
      send: (body, unreached) => this.work.send(body, unreached),
      show: (kind) => {
        this.tabs.open(kind);
        this.views.show("form");
      },
      sheet: (job) => void this.gallery.openSheet(job),
    });
    this.work = new Work(tray, page, {
      progressed: (job) => this.gallery.finished(job),
      ended: (job) => this.notices.ended(job),
      gone: (id) => this.gallery.gone(id),
      open: (id) => this.#open(id),
      counted: (open) => this.views.setOpen(open),
    });
    this.gallery = new Gallery(pictures, {
      api,
      models: () => this.bench.forms.titles(),
      now: () => api.now(),
      remix: (job) => this.bench.remix(job),
      useAs: (kind, job, k) => this.bench.useAs(kind, job, k),
      inputsOf: () => Object.keys(this.bench.inputs).map(
        (kind) => ({ kind, title: t(titleOf(kind)) }),
      ),
      accepted: (job) => this.work.accepted(job),
      announce: (words) => voice.announce(words),
      say: (words) => voice.say(words),
    });
  }

  /**
   * The page is drawn: fill the forms and show the jobs.
   * @param {HTMLElement} place
   * @param {Drawn} drawn
   */
  async begin(place, { tabs, forms, inputs }) {
    place.replaceChildren(...this.places);
    this.#equip();
    this.bench.inputs = inputs;
    this.bench.forms.begin(forms);
    this.tabs.begin(tabs);
    await Promise.all([this.#loadModels(), this.work.begin(), this.gallery.start()]);
    await this.gallery.openFromAddress();
  }

  /** What stands around the forms and the pictures: toolbar, keys, the words of the masthead. */
  #equip() {
    document.documentElement.lang = language();
    const tagline = document.querySelector(".masthead p");
    if (tagline) tagline.textContent = t(tagline.textContent ?? "");
    restoreTheme(this.store);
    const list = async () => (await patiently(() => import("./page/key_list.js"))).showKeys();
    const keys = () => void list();
    const toolbar = document.getElementById("toolbar");
    const say = (/** @type {string} */ words) => this.voice.say(words);
    if (toolbar) drawToolbar(toolbar, { notices: this.notices, store: this.store, keys, say });
    document.body.append(this.views.root);
    listen({
      list: keys,
      search: () => {
        this.views.show("pictures");
        /** @type {HTMLElement | null} */ (document.querySelector("#gallery input"))?.focus();
      },
      step: (by) => this.tabs.step(by),
    });
  }

  async #loadModels() {
    await this.voice.tried(async () => {
      const { body } = await this.api.get("/models");
      this.bench.forms.setCatalog(body);
      this.gallery.modelsChanged();
    });
  }

  /** Show a job's pictures. @param {string} id */
  #open(id) {
    void this.gallery.open(id);
  }
}
