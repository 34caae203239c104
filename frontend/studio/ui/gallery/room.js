/** The room: the wall, the bar over it, and whoever opens, selects and changes what hangs there. */

import { Bar } from "./bar.js";
import { Deeds } from "./deeds.js";
import { element } from "../core/dom.js";
import { endingOf } from "./facts.js";
import { Links } from "./links.js";
import { jobOf, picturesOf } from "./pictures.js";
import { Selection } from "./selection.js";
import { Wall } from "./wall.js";

/**
 * @typedef {import("../core/jobs.js").Job} Job
 * @typedef {import("./pictures.js").Picture} Picture
 * @typedef {import("./gallery.js").Hooks} Hooks
 * @typedef {import("./viewer.js").Viewer} Viewer
 * @typedef {object} List The gallery, as its room sees it.
 * @property {() => import("./filter.js").Filter} filter
 * @property {() => import("./shelf.js").Shelf} shelf
 * @property {(jobs: Job[]) => void} learn
 * @property {(id: string) => void} gone
 * @property {() => Promise<void>} older
 * @property {(filter: import("./filter.js").Filter, onward: boolean) => void} choose
 */

/** Marks an entry of the history that opening a picture made: going back closes it. */
const OPENED = "canvas-queue.opened";

export class Room {
  /** @type {Picture[]} */
  #pictures = [];
  /** @type {WeakMap<Job, Picture[]>} */
  #known = new WeakMap();
  #selection = new Selection();
  /** @type {Viewer | null} */
  #viewer = null;
  /** What is open in front, and speaks. @type {import("./dialog.js").Dialog[]} */
  #open = [];

  /** @param {Hooks} hooks @param {List} list */
  constructor(hooks, list) {
    this.hooks = hooks;
    this.list = list;
    this.deeds = new Deeds(hooks.api, {
      learn: list.learn,
      gone: list.gone,
      voice: () => this.#voice(),
    });
    const links = new Links(hooks.api, list);
    this.stale = (/** @type {Picture} */ picture) => links.want(picture.job);
    this.bar = new Bar(hooks.models(), (filter, onward) => list.choose(filter, onward));
    this.wall = new Wall({
      open: (key) => void this.open(key, { push: true }),
      tick: (key, range) => this.#tick(key, range),
      ticked: (key) => this.#selection.has(key),
      ticking: () => this.#selection.size > 0,
      stale: this.stale,
      href: addressOf,
      status: ({ job }) => endingOf(job),
      now: hooks.now,
    });
    /** Where dialogs open, in the page's colours. */
    this.front = element("div", { class: "gallery-front" });
  }

  /** @param {readonly Job[]} jobs Newest first. */
  hang(jobs) {
    this.#pictures = jobs.flatMap((job) => this.#picturesOf(job));
    const keys = new Set(this.#pictures.map(({ key }) => key));
    this.#selection.keep((key) => keys.has(key));
    this.wall.show(this.#pictures);
    this.#showPicked();
  }

  /** A job as it is now. @param {Job} job */
  learn(job) {
    this.#viewer?.learn(this.#picturesOf(job));
  }

  /** A job is no more. @param {string} id */
  forget(id) {
    void this.#viewer?.forget(id);
  }

  /**
   * Open a picture, which may be of a job that is not on the wall.
   * @param {string} key @param {{push: boolean}} how Whether going back is to close it.
   */
  async open(key, { push }) {
    const picture = await this.#find(key);
    if (!picture) {
      if (!push) this.#leave();
      return;
    }
    const viewer = await this.#loadViewer();
    if (push) history.pushState({ ...history.state, [OPENED]: true }, "", addressOf(picture.key));
    await viewer.open(picture, this.front);
  }

  /** Open what the address names. */
  async openFromAddress() {
    const query = new URLSearchParams(location.search);
    const id = query.get("job");
    if (id) await this.open(`${id}/${Number(query.get("k") ?? -1)}`, { push: false });
  }

  /** Somebody went back: what was opened before is closed. */
  closeWhatIsNotNamed() {
    if (!new URLSearchParams(location.search).has("job")) this.#viewer?.close();
  }

  /** @param {Job} job */
  #picturesOf(job) {
    let pictures = this.#known.get(job);
    if (!pictures) {
      pictures = picturesOf(job);
      this.#known.set(job, pictures);
    }
    return pictures;
  }

  /** @param {string} key @returns {Promise<Picture | null>} */
  async #find(key) {
    const id = jobOf(key);
    const job = this.list.shelf().get(id) ?? await this.deeds.fetch(id);
    if (!job) return null;
    const pictures = this.#picturesOf(job);
    return pictures.find((picture) => picture.key === key) ?? pictures[0];
  }

  /**
   * The picture before or after another, also where that is not on the wall.
   * @param {string} key @param {-1 | 1} by @returns {Promise<Picture | null>}
   */
  async #beside(key, by) {
    const found = this.#neighbour(key, by);
    if (found || by < 0 || this.list.shelf().ended) return found;
    await this.list.older();
    return this.#neighbour(key, by);
  }

  /** @param {string} key @param {-1 | 1} by */
  #neighbour(key, by) {
    const at = this.#pictures.findIndex((picture) => picture.key === key);
    if (at >= 0) return this.#pictures[at + by] ?? null;
    const older = this.#pictures.findIndex(({ job }) => job.id < jobOf(key));
    const after = older < 0 ? this.#pictures.length : older;
    return this.#pictures[by > 0 ? after : after - 1] ?? null;
  }

  async #loadViewer() {
    const { Viewer } = await import("./viewer.js");
    this.#viewer ??= new Viewer({
      hooks: this.hooks,
      deeds: this.deeds,
      beside: (key, by) => this.#beside(key, by),
      turned: ({ key }) => {
        if (location.search !== new URL(addressOf(key), location.href).search) {
          history.replaceState(history.state, "", addressOf(key));
        }
      },
      opened: (dialog) => this.#open.push(dialog),
      closed: (dialog, key) => this.#closed(dialog, key),
      stale: this.stale,
    });
    return this.#viewer;
  }

  /** @param {import("./dialog.js").Dialog} dialog @param {string} key */
  #closed(dialog, key) {
    this.#open = this.#open.filter((other) => other !== dialog);
    this.#leave();
    this.wall.focus(key);
  }

  /** The address names no picture any more. */
  #leave() {
    if (!new URLSearchParams(location.search).has("job")) return;
    if (history.state?.[OPENED]) history.back();
    else history.replaceState(history.state, "", addressOf(""));
  }

  #voice() {
    return this.#open.at(-1) ?? this.hooks;
  }

  /** @param {string} key @param {boolean} range */
  #tick(key, range) {
    if (range) this.#selection.reach(key, this.#pictures.map((picture) => picture.key));
    else this.#selection.toggle(key);
    this.wall.draw();
    this.#showPicked();
  }

  #showPicked() {
    this.wall.root.classList.toggle("selecting", this.#selection.size > 0);
  }
}

/** The address of the page with this picture open; with none, if the key is empty. @param {string} key */
function addressOf(key) {
  const query = new URLSearchParams(location.search);
  query.delete("job");
  query.delete("k");
  if (key) {
    const [id, k] = key.split("/");
    query.set("job", id);
    query.set("k", k);
  }
  return location.pathname + (query.size > 0 ? `?${query}` : "") + location.hash;
}
