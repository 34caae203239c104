/** The studio: what the page's listeners call, wired to the API, the feed and the forms. */

import { Api } from "./core/api.js";
import { cardOf } from "./feed/card.js";
import { draftOf, keepDraft } from "./forms/drafts.js";
import { Feed } from "./feed/feed.js";
import { bodyOf, Form } from "./forms/form.js";
import { JobList } from "./core/jobs.js";
import { Poller } from "./core/poller.js";
import { Problem } from "./core/problem.js";
import { Submissions } from "./core/submissions.js";

const PAGE_SIZE = 20;
const TICK_MS = 1000;

/** Everything that lives as long as the page does. */
class Session {
  /** @type {string | null} */
  #cursor = null;

  /**
   * @param {HTMLElement} root
   * @param {{api: string, models: Record<string, string>}} options
   */
  constructor(root, { api, models }) {
    this.api = new Api(api);
    this.jobs = new JobList();
    this.submissions = new Submissions(this.api);
    this.models = models;
    this.feed = new Feed(
      root,
      {
        cancel: (id) => void this.#cancel(id),
        refetch: (id) => this.#fetch(id),
        older: () => void this.older(),
      },
      { now: () => this.api.now(), titles: models },
    );
    this.poller = new Poller(this.api, {
      open: () => this.jobs.open(),
      rows: (rows) => this.#learn(rows),
      reachable: (yes) => this.feed.setReachable(yes),
    });
    document.addEventListener("visibilitychange", () => void this.poller.seen());
    // Elapsed times go on between two polls.
    setInterval(() => {
      if (!document.hidden && this.jobs.open().length > 0) this.render();
    }, TICK_MS);
  }

  render() {
    this.feed.render(this.jobs.all());
  }

  /** The next page of the list; the first one at the start. */
  async older() {
    this.feed.more.disabled = true;
    const from = this.#cursor ? `&cursor=${encodeURIComponent(this.#cursor)}` : "";
    const loaded = await this.#try(async () => {
      const { body } = await this.api.get(`/jobs?limit=${PAGE_SIZE}${from}`);
      for (const job of body.data) this.jobs.put(job);
      this.#cursor = body.next;
    });
    this.feed.more.disabled = false;
    this.feed.more.hidden = loaded && !this.#cursor;
    this.feed.more.textContent = loaded ? "Show older" : "Load your pictures again";
    if (loaded) {
      this.render();
      this.poller.wake();
    }
  }

  /** @param {object} body */
  async submit(body) {
    const job = await this.submissions.send(body);
    this.jobs.put(job);
    this.render();
    this.feed.showNewest();
    this.feed.announce("Your job has been accepted.");
    this.poller.wake();
  }

  /** @param {any[]} rows */
  #learn(rows) {
    const { news, gone, incomplete } = this.jobs.merge(rows);
    if (gone.length > 0) this.feed.announce("A job was erased.");
    for (const id of incomplete) void this.#fetch(id);
    if (news) this.render();
    return news;
  }

  /** @param {string} id */
  async #fetch(id) {
    await this.#try(async () => {
      const { body: job } = await this.api.get(`/jobs/${id}`);
      const card = cardOf(job, this.api.now(), this.models);
      if (this.jobs.put(job) && job.done) this.feed.announce(`${card.status}: ${card.prompt}`);
      this.render();
    });
  }

  /** @param {string} id */
  async #cancel(id) {
    await this.#try(async () => {
      const { body: job } = await this.api.post(`/jobs/${id}/cancel`, undefined);
      this.jobs.put(job);
      this.render();
      this.feed.announce(job.done ? "The job was canceled." : "The job is being canceled.");
      this.poller.wake();
    });
  }

  /**
   * Do something that can be tried again; say so if it could not be done.
   * @param {() => Promise<void>} work
   * @returns {Promise<boolean>} Whether it was done.
   */
  async #try(work) {
    try {
      await work();
      this.feed.setReachable(true);
      this.feed.say("");
      return true;
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      if (problem.answered) this.feed.say(problem.message);
      else this.feed.setReachable(false);
      return false;
    }
  }
}

/** @type {(session: Session) => void} */
let begun;
/** @type {Promise<Session>} */
const session = new Promise((resolve) => {
  begun = resolve;
});
/** @type {Set<string>} The forms that are being sent. */
const sending = new Set();

/**
 * Begin: the page has drawn the place for the feed.
 * @param {HTMLElement} element @param {{api: string, models: Record<string, string>}} options
 */
export function mount(element, options) {
  const root = /** @type {HTMLElement} */ (element.querySelector("#feed"));
  const here = new Session(root, options);
  begun(here);
  return here.older();
}

export const studio = {
  /**
   * Submit a form. Never throws: Gradio would swallow it, and nobody would be told.
   * @param {string} kind @param {string[]} names @param {unknown[]} values
   */
  async submit(kind, names, values) {
    if (sending.has(kind)) return;
    sending.add(kind);
    const form = new Form(kind);
    form.clear();
    form.setBusy(true);
    try {
      await (await session).submit(bodyOf(kind, names, values));
    } catch (problem) {
      if (problem instanceof Problem) await form.show(problem);
      else {
        console.error(problem);
        form.say("Something went wrong on this page. Reload it and try again.");
      }
    } finally {
      form.setBusy(false);
      sending.delete(kind);
    }
  },

  /** Keep what is typed. @param {string} kind @param {string[]} names @param {unknown[]} values */
  keep(kind, names, values) {
    keepDraft(localStorage, kind, names, values);
  },

  /**
   * What was typed before a reload, as updates of the form's components, then of its size.
   * @param {string} kind @param {string[]} names
   */
  restore(kind, names) {
    const draft = draftOf(localStorage, kind);
    const fields = names.map((name) => update(name in draft, draft[name]));
    if (!names.includes("width")) return fields;
    const sized = "width" in draft;
    return [...fields, update(sized, sized && sizeOf(draft.width, draft.height))];
  },

  /**
   * A shape was chosen: the sides it stands for.
   * @param {string} kind @param {string} size Such as `1024x768`.
   */
  sides(kind, size) {
    const form = new Form(kind);
    form.forgive("width");
    form.forgive("height");
    return size.split("x").map(Number);
  },

  /** A side was typed: the shape it makes, if it is one of those offered. */
  size(/** @type {number[]} */ [width, height]) {
    return sizeOf(width, height);
  },
};

/** @param {number} width @param {number} height */
function sizeOf(width, height) {
  return `${width}x${height}`;
}

/** @param {boolean} known @param {unknown} value */
function update(known, value) {
  // A Number would turn null into 0.
  return known ? { __type__: "update", value: value ?? "" } : { __type__: "update" };
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  const target = /** @type {Element} */ (event.target);
  const form = target.closest?.(".task-form");
  const button = form?.querySelector("button.go");
  if (!(button instanceof HTMLElement)) return;
  event.preventDefault();
  button.click();
});

Object.assign(window, { studio });
