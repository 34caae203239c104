/** The room: the wall, the bar over it, what is selected on it, and what opens in front of it. */

import { patiently } from "../core/lazy.js";
import { Bar } from "./bar.js";
import { Deeds } from "./deeds.js";
import { endingOf } from "./facts.js";
import { Front } from "./front.js";
import { Links } from "./links.js";
import { Openings } from "./openings.js";
import { jobOf, picturesOf } from "./pictures.js";
import { Selection } from "./selection.js";
import { Wall } from "./wall.js";

/**
 * @typedef {import("../core/jobs.js").Job} Job
 * @typedef {import("./pictures.js").Picture} Picture
 * @typedef {import("./gallery.js").Hooks} Hooks
 * @typedef {object} List The gallery, as its room sees it.
 * @property {() => import("./filter.js").Filter} filter
 * @property {() => import("./shelf.js").Shelf} shelf
 * @property {(jobs: Job[]) => void} learn
 * @property {(id: string) => void} gone
 * @property {() => Promise<void>} older
 * @property {(filter: import("./filter.js").Filter, onward: boolean) => void} choose
 */

export class Room {
  /** @type {Picture[]} */
  #pictures = [];
  /** @type {WeakMap<Job, Picture[]>} */
  #known = new WeakMap();
  #selection = new Selection();
  /** Whether a tap selects, though nothing is selected yet. */
  #selecting = false;
  /** @type {Promise<import("./picked.js").PickedBar> | null} */
  #pickedBar = null;

  /** @param {Hooks} hooks @param {List} list */
  constructor(hooks, list) {
    this.list = list;
    this.front = new Front(hooks);
    this.deeds = new Deeds(hooks.api, {
      learn: list.learn,
      gone: list.gone,
      voice: () => this.front.voice,
    });
    const links = new Links(hooks.api, list);
    const stale = (/** @type {Picture} */ picture) => links.want(picture.job);
    this.bar = new Bar(
      hooks.models,
      (filter, onward) => list.choose(filter, onward),
      (selecting) => {
        this.#selecting = selecting;
        this.#untick();
      },
    );
    this.openings = new Openings(hooks, {
      front: this.front,
      deeds: this.deeds,
      wall: {
        find: (key) => this.#find(key),
        beside: (key, by) => this.#beside(key, by),
        picturesOf: (job) => this.#picturesOf(job),
        focus: (key) => this.wall.focus(key),
        stale,
      },
    });
    this.wall = new Wall({
      open: (key) => void this.openings.picture(key),
      tick: (key, range) => this.#tick(key, range),
      ticked: (key) => this.#selection.has(key),
      ticking: () => this.#ticking,
      untick: () => this.#untick(),
      href: (key) => this.openings.address(key),
      status: ({ job }) => endingOf(job),
      now: hooks.now,
      stale,
    });
  }

  get #ticking() {
    return this.#selecting || this.#selection.size > 0;
  }

  /** @param {readonly Job[]} jobs Newest first. */
  hang(jobs) {
    this.#pictures = jobs.flatMap((job) => this.#picturesOf(job));
    const keys = new Set(this.#pictures.map(({ key }) => key));
    this.#selection.keep((key) => keys.has(key));
    this.wall.show(this.#pictures);
    void this.#showPicked();
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

  /**
   * A picture of a job, which need not hang on the wall; the job's first, if it has no such one.
   * @param {string} key @returns {Promise<Picture | null>}
   */
  async #find(key) {
    const id = jobOf(key);
    const job = this.list.shelf().get(id) ?? await this.deeds.fetch(id);
    if (!job) return null;
    const pictures = this.#picturesOf(job);
    return pictures.find((picture) => picture.key === key) ?? pictures[0];
  }

  /**
   * The picture before or after another, which need not hang on the wall itself.
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

  /** @param {string} key @param {boolean} range */
  #tick(key, range) {
    if (range) this.#selection.reach(key, this.#pictures.map((picture) => picture.key));
    else this.#selection.toggle(key);
    this.wall.draw();
    void this.#showPicked();
  }

  #untick() {
    const from = this.#selection.keys.at(-1);
    this.#selection.clear();
    this.wall.draw();
    void this.#showPicked();
    if (from) this.wall.focus(from);
  }

  async #showPicked() {
    this.wall.root.classList.toggle("selecting", this.#ticking);
    this.bar.select.setAttribute("aria-pressed", String(this.#selecting));
    if (this.#selection.size === 0 && !this.#pickedBar) return;
    this.#pickedBar ??= this.#loadPickedBar();
    (await this.#pickedBar).show(this.#picked());
  }

  /** What is selected, in the order in which it hangs. */
  #picked() {
    return this.#pictures.filter(({ key }) => this.#selection.has(key));
  }

  async #loadPickedBar() {
    const { PickedBar } = await patiently(() => import("./picked.js"));
    const jobs = () => [...new Set(this.#picked().map(({ job }) => job))];
    const made = () => this.#picked().filter(({ artifact }) => artifact !== null);
    const bar = new PickedBar({
      download: () => void this.openings.download(made()),
      favorite: (favorite) => void this.deeds.favorite(jobs(), favorite),
      compare: () => {
        const [one, other] = made();
        void this.openings.compare(one, other);
      },
      erase: () => void this.openings.erase(jobs(), made().length),
      clear: () => {
        this.#selecting = false;
        this.#untick();
      },
    });
    this.front.root.before(bar.root);
    return bar;
  }
}
