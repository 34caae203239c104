/** The gallery: everything this owner made, newest first, and the way to all that can be done with
 * it. A first visitor, who has made nothing yet, gets the empty room and none of the furniture. */

import { button, element, loadStyles, setText } from "../core/dom.js";
import { patiently } from "../core/lazy.js";
import { Problem } from "../core/problem.js";
import { count, t } from "../core/words.js";
import { listenForDrops } from "./dropping.js";
import { EVERYTHING, filterIn, fits, listPath, sameFilter, withFilter } from "./filter.js";
import { Shelf } from "./shelf.js";
import { troubleOf } from "./trouble.js";

const PAGE = 40;
/** A page may be short or empty and still not the last one; so many are asked for at a time. */
const PAGES_AT_ONCE = 8;
/** How far from the end the next page is asked for, in pixels. */
const AHEAD = 1500;

/**
 * @typedef {import("../core/jobs.js").Job} Job
 * @typedef {import("./filter.js").Filter} Filter
 * @typedef {object} Hooks What the page gives the gallery.
 * @property {import("../core/api.js").Api} api
 * @property {() => Record<string, string>} models Model name → title.
 * @property {() => number} now The server's clock, in milliseconds.
 * @property {(job: Job) => void} remix Put a job's settings back into its form.
 * @property {(kind: string, job: Job, k: number) => void} useAs Send a picture to another tab.
 * @property {() => {kind: string, title: string}[]} inputsOf The tabs that take a picture.
 * @property {(job: Job) => void} [accepted] A job was submitted from here.
 * @property {(sentence: string) => void} announce For those who hear the page.
 * @property {(sentence: string) => void} say Trouble, shown and read.
 */

export class Gallery {
  /** @type {Filter} */
  #filter = EVERYTHING;
  #shelf = new Shelf();
  /** The page that is being loaded, and for which list. @type {[Shelf, Promise<void>] | null} */
  #loading = null;
  /** Whether the end may be gone on from by itself: not after it failed. */
  #onward = true;
  /** @type {import("./room.js").Room | null} */
  #room = null;
  /** @type {Promise<import("./room.js").Room> | null} */
  #furnished = null;

  /** @param {HTMLElement} root @param {Hooks} hooks */
  constructor(root, hooks) {
    this.root = root;
    this.hooks = hooks;
    this.top = element("div", { class: "gallery-top" });
    this.notice = element("div", { class: "gallery-notice" });
    this.place = element("div", { class: "gallery-wall" });
    this.trouble = element("p", { class: "gallery-trouble" });
    this.trouble.hidden = true;
    this.more = button("", () => void this.#older(), { class: "gallery-more" });
    this.more.hidden = true;
    root.classList.add("gallery");
    root.replaceChildren(this.top, this.notice, this.place, this.trouble, this.more);
    this.end = new IntersectionObserver(([{ isIntersecting }]) => {
      if (isIntersecting && this.#onward) void this.#older();
    }, { rootMargin: `0px 0px ${AHEAD}px 0px` });
  }

  /** Show the first page of what the address asks for, and heed the window from now on. */
  async start() {
    addEventListener("popstate", () => void this.#travelled());
    listenForDrops(this.root, this.hooks);
    this.#filter = filterIn(location.search);
    await styled();
    await this.#begin();
  }

  /** A job has ended, or brought another picture. @param {Job} job */
  finished(job) {
    const known = this.#shelf.get(job.id) !== undefined;
    if (!fits(job, this.#filter)) {
      if (known) this.#shelf.setAside(job.id);
    } else if (!this.#shelf.put(job)) return;
    if (this.#shelf.jobs.length > 0 || known) void this.#hang();
    this.#room?.openings.learn(job);
  }

  /** A job was erased. @param {string} id */
  gone(id) {
    this.#shelf.remove(id);
    // What goes on beside it must find it gone from the wall.
    if (this.#room) void this.#hang().then(() => this.#room?.openings.forget(id));
  }

  /** The models are known by now, or have other names. */
  modelsChanged() {
    this.#room?.bar.show(this.#filter);
  }

  /** Open what the address names, and close what it does not. */
  async openFromAddress() {
    const query = new URLSearchParams(location.search);
    if (!this.#room && !query.has("job") && !query.has("sheet")) return;
    await (await this.#furnish()).openings.follow();
  }

  /** Open a job's first picture. @param {string} id */
  async open(id) {
    await (await this.#furnish()).openings.picture(id);
  }

  /** Open the contact sheet that a job is in. @param {Job} job */
  async openSheet(job) {
    await (await this.#furnish()).openings.sheet(job);
  }

  /** The address has changed under us: somebody went back or forth. */
  async #travelled() {
    const filter = filterIn(location.search);
    if (!sameFilter(filter, this.#filter)) void this.#refilter(filter);
    await this.openFromAddress();
  }

  /** @param {Filter} filter @param {boolean} onward It goes on changing what was changed last. */
  #choose(filter, onward) {
    const address = location.pathname + withFilter(location.search, filter) + location.hash;
    if (onward) history.replaceState(history.state, "", address);
    else history.pushState(null, "", address);
    void this.#refilter(filter);
  }

  /** @param {Filter} filter */
  async #refilter(filter) {
    this.#filter = filter;
    this.#room?.bar.show(filter);
    await this.#begin();
  }

  async #begin() {
    this.#shelf = new Shelf();
    this.#loading = null;
    this.#onward = true;
    this.#note(skeleton());
    this.place.hidden = true;
    this.more.hidden = true;
    this.place.setAttribute("aria-busy", "true");
    await this.#older();
    this.place.setAttribute("aria-busy", "false");
  }

  /** Load what comes next, until there is something new to see; once, however many want it. */
  #older() {
    const shelf = this.#shelf;
    if (this.#loading?.[0] !== shelf && !shelf.ended) this.#loading = [shelf, this.#load(shelf)];
    return this.#loading?.[1] ?? Promise.resolve();
  }

  /** @param {Shelf} shelf */
  async #load(shelf) {
    this.more.disabled = true;
    const first = shelf.cursor === null;
    const before = shelf.jobs.length;
    let trouble = "";
    try {
      for (let page = 0; page < PAGES_AT_ONCE; page++) {
        const path = listPath(this.#filter, { limit: PAGE, cursor: shelf.cursor });
        const { body } = await this.hooks.api.get(path);
        if (shelf !== this.#shelf) return;
        shelf.page(body.data, body.next);
        if (shelf.ended || shelf.jobs.length > before) break;
      }
    } catch (problem) {
      if (shelf !== this.#shelf) return;
      if (!(problem instanceof Problem)) throw problem;
      trouble = troubleOf(problem);
    }
    this.#loading = null;
    this.#onward = trouble === "";
    await this.#hang(trouble);
    if (first && !trouble && this.#furnished) this.#announceFound();
  }

  /** Show what there is, or say why there is nothing. */
  async #hang(trouble = "") {
    const shelf = this.#shelf;
    const empty = shelf.jobs.length === 0;
    if (!empty || !sameFilter(this.#filter, EVERYTHING)) await this.#furnish();
    if (shelf !== this.#shelf) return;
    this.#room?.hang(shelf.jobs);
    this.place.hidden = empty;
    if (!empty) this.#note();
    else if (trouble) this.#note(this.#failed(trouble));
    else if (shelf.ended) this.#note(this.#nothing());
    setText(this.trouble, empty ? "" : trouble);
    this.more.hidden = shelf.ended || (empty && trouble !== "");
    this.more.disabled = false;
    this.more.textContent = trouble ? t("Try again") : t("Show older");
    // Seen anew, so that an end that is still in sight goes on.
    this.end.unobserve(this.more);
    this.end.observe(this.more);
  }

  /** Load what the room is furnished with, once. */
  #furnish() {
    const loaded = () => Promise.all([patiently(() => import("./room.js")), styled()]);
    this.#furnished ??= loaded().then(([{ Room }]) => {
      const room = new Room(this.hooks, {
        filter: () => this.#filter,
        shelf: () => this.#shelf,
        learn: (jobs) => this.#learn(jobs),
        gone: (id) => this.gone(id),
        older: () => this.#older(),
        choose: (filter, onward) => this.#choose(filter, onward),
      });
      this.#room = room;
      room.bar.show(this.#filter);
      this.top.append(room.bar.root);
      this.place.append(room.wall.root);
      this.place.after(room.front.root);
      return room;
    });
    this.#furnished.catch(() => {
      this.#furnished = null;
    });
    return this.#furnished;
  }

  /** Jobs as they are now: they have fresh links, or were changed. @param {Job[]} jobs */
  #learn(jobs) {
    for (const job of jobs) {
      if (fits(job, this.#filter)) this.#shelf.put(job);
      else this.#shelf.setAside(job.id);
      this.#room?.openings.learn(job);
    }
    void this.#hang();
  }

  #announceFound() {
    if (sameFilter(this.#filter, EVERYTHING)) return;
    const { jobs, ended } = this.#shelf;
    const found = count(jobs.length, "{n} job found.", "{n} jobs found.");
    this.hooks.announce(ended ? found : t("The newest are shown. There are more."));
  }

  /** @param {...Node} children */
  #note(...children) {
    this.notice.replaceChildren(...children);
    this.notice.hidden = children.length === 0;
  }

  #nothing() {
    if (!sameFilter(this.#filter, EVERYTHING)) {
      return note(
        t("Nothing found"),
        t("No picture of yours fits what you are looking for."),
        button(t("Show all pictures"), () => this.#choose(EVERYTHING, false), { class: "gallery-go" }),
      );
    }
    return note(t("Nothing here yet"), t("Your pictures appear here, newest first."));
  }

  /** @param {string} trouble */
  #failed(trouble) {
    return note(
      t("Your pictures could not be loaded"),
      trouble,
      button(t("Try again"), () => void this.#begin(), { class: "gallery-go" }),
    );
  }
}

/** Settles once the styles hold; a picture may be opened before they do. */
function styled() {
  return loadStyles(new URL("./gallery.css", import.meta.url));
}

/** @param {string} title @param {string} words @param {...Node} more */
function note(title, words, ...more) {
  return element(
    "div",
    { class: "gallery-empty" },
    element("p", { class: "gallery-empty-title" }, title),
    element("p", {}, words),
    ...more,
  );
}

function skeleton() {
  const blanks = Array.from({ length: 8 }, () => element("div", { class: "gallery-blank" }));
  return element(
    "div",
    { class: "gallery-skeleton" },
    element("p", { class: "sr-only" }, t("Your pictures are being loaded.")),
    ...blanks,
  );
}
