/** The feed: a card for each job, drawn with text nodes only, for prompts are not ours. */

import { element, setText } from "../core/dom.js";
import { cardOf } from "./card.js";

/** Before a link's last seconds, it is not handed out any more. */
const LINK_SLACK_MS = 30_000;
const REFRESH_EVERY_MS = 10_000;

/** One job on the page. It is made once and then kept up to date. */
class CardView {
  /** @type {Map<number, HTMLAnchorElement>} */
  #tiles = new Map();
  /** @type {HTMLElement[]} */
  #blanks = [];
  /** @type {import("./card.js").Card | null} */
  card = null;

  /** @param {string} id @param {Feed} feed */
  constructor(id, feed) {
    this.id = id;
    this.feed = feed;
    this.status = element("span", { class: "job-status" });
    this.elapsed = element("span", { class: "job-elapsed" });
    this.cancel = /** @type {HTMLButtonElement} */ (
      element("button", { type: "button", class: "job-cancel" }, "Cancel")
    );
    this.cancel.addEventListener("click", () => feed.actions.cancel(id));
    this.prompt = element("p", { class: "job-prompt" });
    this.bar = element("div", { class: "job-bar" }, element("span"));
    this.pictures = element("div", { class: "job-pictures" });
    this.failure = element("p", { class: "job-failure" });
    this.notes = element("ul", { class: "job-notes" });
    this.facts = element("p", { class: "job-facts" });
    this.root = element(
      "article",
      { class: "job", "data-job": id },
      element("div", { class: "job-head" }, this.status, this.elapsed, this.cancel),
      this.prompt,
      this.bar,
      this.pictures,
      this.failure,
      this.notes,
      this.facts,
    );
  }

  /** @param {import("./card.js").Card} card */
  update(card) {
    this.card = card;
    this.root.dataset.tone = card.tone;
    setText(this.status, card.status);
    setText(this.elapsed, card.elapsed);
    setText(this.prompt, card.prompt);
    setText(this.failure, card.failure);
    // A line breaks between facts, not within one.
    setText(this.facts, card.facts.map((fact) => fact.replaceAll(" ", "\u00a0")).join(" · "));
    this.cancel.hidden = !card.canCancel;
    this.cancel.setAttribute("aria-label", `Cancel: ${card.prompt}`);
    this.bar.hidden = card.tone !== "busy";
    const share = card.total ? card.done / card.total : 0;
    /** @type {HTMLElement} */ (this.bar.firstElementChild).style.width = `${share * 100}%`;
    this.#setNotes(card.notes);
    this.#setPictures(card);
  }

  /** @param {string[]} notes */
  #setNotes(notes) {
    this.notes.hidden = notes.length === 0;
    if ([...this.notes.children].map((note) => note.textContent).join() === notes.join()) return;
    this.notes.replaceChildren(...notes.map((note) => element("li", {}, note)));
  }

  /** @param {import("./card.js").Card} card */
  #setPictures(card) {
    const count = card.pictures.length + card.waiting;
    this.pictures.hidden = count === 0;
    this.pictures.dataset.count = String(count);
    this.pictures.style.setProperty("--ratio", String(card.ratio));
    for (const picture of card.pictures) this.#setPicture(picture);
    for (const [k, tile] of this.#tiles) {
      if (card.pictures.some((picture) => picture.k === k)) continue;
      tile.remove();
      this.#tiles.delete(k);
    }
    while (this.#blanks.length > card.waiting) this.#blanks.pop()?.remove();
    while (this.#blanks.length < card.waiting) {
      this.#blanks.push(element("div", { class: "job-blank", "aria-hidden": "true" }));
    }
    this.pictures.append(...this.#blanks.filter((blank) => !blank.isConnected));
  }

  /** @param {import("./card.js").Picture} picture */
  #setPicture(picture) {
    let tile = this.#tiles.get(picture.k);
    if (!tile) {
      tile = this.#newTile(picture.k);
      this.#tiles.set(picture.k, tile);
      this.pictures.insertBefore(tile, this.#blanks[0] ?? null);
    }
    const img = /** @type {HTMLImageElement} */ (tile.firstElementChild);
    if (tile.href !== picture.url) tile.href = picture.url;
    if (img.src !== picture.thumbnail) img.src = picture.thumbnail;
    img.alt = picture.alt;
    img.width = picture.width;
    img.height = picture.height;
  }

  /** @param {number} k */
  #newTile(k) {
    const img = element("img", { loading: "lazy", decoding: "async" });
    img.addEventListener("error", () => this.feed.refresh(this.id));
    const tile = /** @type {HTMLAnchorElement} */ (
      element("a", { class: "job-picture", target: "_blank", rel: "noopener" }, img)
    );
    tile.addEventListener("click", (event) => {
      if (event.metaKey || event.ctrlKey || event.shiftKey) return;
      event.preventDefault();
      void this.feed.lightbox.open(this.id, k);
    });
    return tile;
  }
}

/** The full picture over the page, one step from its neighbours and from its file. */
class Lightbox {
  #id = "";
  #k = 0;

  /** @param {Feed} feed */
  constructor(feed) {
    this.feed = feed;
    this.img = /** @type {HTMLImageElement} */ (element("img", { class: "lightbox-picture" }));
    this.img.addEventListener("error", () => this.feed.refresh(this.#id));
    this.caption = element("p", { class: "lightbox-caption" });
    this.link = /** @type {HTMLAnchorElement} */ (
      element("a", { target: "_blank", rel: "noopener" }, "Open the file")
    );
    this.before = this.#button("‹", "Previous picture", () => this.#step(-1));
    this.after = this.#button("›", "Next picture", () => this.#step(1));
    const close = this.#button("Close", "Close", () => this.dialog.close());
    this.dialog = /** @type {HTMLDialogElement} */ (
      element(
        "dialog",
        { class: "lightbox", "aria-label": "Picture" },
        element("div", { class: "lightbox-bar" }, this.before, this.after, this.link, close),
        this.img,
        this.caption,
      )
    );
    this.dialog.addEventListener("click", (event) => {
      if (event.target === this.dialog) this.dialog.close();
    });
    this.dialog.addEventListener("keydown", (event) => {
      if (event.key === "ArrowLeft") this.#step(-1);
      if (event.key === "ArrowRight") this.#step(1);
    });
  }

  /** @param {string} id @param {number} k */
  async open(id, k) {
    this.#id = id;
    this.#k = k;
    const picture = this.#pictures().find((some) => some.k === k);
    if (picture && picture.expiresAt - LINK_SLACK_MS < this.feed.now()) await this.feed.refresh(id);
    this.update(id);
    if (!this.dialog.open) this.dialog.showModal();
  }

  /** @param {string} id A job whose card was just updated. */
  update(id) {
    if (id !== this.#id) return;
    const pictures = this.#pictures();
    const at = pictures.findIndex((picture) => picture.k === this.#k);
    if (at < 0) {
      this.dialog.close();
      return;
    }
    const picture = pictures[at];
    if (this.img.src !== picture.url) this.img.src = picture.url;
    this.img.alt = picture.alt;
    this.img.width = picture.width;
    this.img.height = picture.height;
    this.link.href = picture.url;
    setText(this.caption, picture.alt);
    this.before.hidden = this.after.hidden = pictures.length < 2;
    this.before.disabled = at === 0;
    this.after.disabled = at === pictures.length - 1;
  }

  #pictures() {
    return this.feed.card(this.#id)?.pictures ?? [];
  }

  /** @param {number} by */
  #step(by) {
    const pictures = this.#pictures();
    const next = pictures[pictures.findIndex((picture) => picture.k === this.#k) + by];
    if (next) void this.open(this.#id, next.k);
  }

  /** @param {string} text @param {string} label @param {() => void} run */
  #button(text, label, run) {
    const button = /** @type {HTMLButtonElement} */ (
      element("button", { type: "button", "aria-label": label }, text)
    );
    button.addEventListener("click", run);
    return button;
  }
}

export class Feed {
  /** @type {Map<string, CardView>} */
  #views = new Map();
  /** @type {Map<string, number>} When each job was last fetched because a link failed. */
  #refreshed = new Map();

  /**
   * @param {HTMLElement} root
   * @param {{cancel: (id: string) => void, refetch: (id: string) => Promise<void>,
   *   older: () => void}} actions
   * @param {{now: () => number, titles: Record<string, string>}} facts
   */
  constructor(root, actions, { now, titles }) {
    this.actions = actions;
    this.now = now;
    this.titles = titles;
    this.status = element("p", { class: "sr-only", role: "status", "aria-live": "polite" });
    this.offline = element("p", { class: "feed-offline", role: "status" });
    this.offline.hidden = true;
    this.trouble = element("p", { class: "feed-trouble", role: "alert" });
    this.trouble.hidden = true;
    this.empty = element(
      "div",
      { class: "feed-empty" },
      element("p", { class: "feed-empty-title" }, "Nothing here yet"),
      element("p", {}, "Your pictures appear here, newest first."),
    );
    this.empty.hidden = true;
    this.cards = element("div", { class: "feed-cards" });
    this.more = /** @type {HTMLButtonElement} */ (
      element("button", { type: "button", class: "feed-more" }, "Show older")
    );
    this.more.hidden = true;
    this.more.addEventListener("click", () => actions.older());
    this.lightbox = new Lightbox(this);
    root.replaceChildren(
      this.status,
      this.offline,
      this.trouble,
      this.empty,
      this.cards,
      this.more,
      this.lightbox.dialog,
    );
  }

  /** @param {import("../core/jobs.js").Job[]} jobs Newest first. */
  render(jobs) {
    const ids = new Set(jobs.map((job) => job.id));
    for (const [id, view] of this.#views) {
      if (ids.has(id)) continue;
      view.root.remove();
      this.#views.delete(id);
    }
    this.empty.hidden = jobs.length > 0;
    /** @type {Element | null} */
    let place = this.cards.firstElementChild;
    for (const job of jobs) {
      const view = this.#views.get(job.id) ?? new CardView(job.id, this);
      this.#views.set(job.id, view);
      view.update(cardOf(job, this.now(), this.titles));
      if (view.root === place) place = place.nextElementSibling;
      else this.cards.insertBefore(view.root, place);
      this.lightbox.update(job.id);
    }
  }

  /** @param {string} id */
  card(id) {
    return this.#views.get(id)?.card ?? null;
  }

  /** A link has run out: ask for the job again, but not over and over if that is not the cause. */
  async refresh(/** @type {string} */ id) {
    const now = this.now();
    if (now - (this.#refreshed.get(id) ?? -Infinity) < REFRESH_EVERY_MS) return;
    this.#refreshed.set(id, now);
    await this.actions.refetch(id);
  }

  /** @param {string} sentence For those who hear the page. */
  announce(sentence) {
    this.status.textContent = sentence;
  }

  /** @param {boolean} reachable */
  setReachable(reachable) {
    setText(this.offline, reachable ? "" : "The server cannot be reached. Still trying.");
  }

  /** @param {string} sentence What could not be done; empty when something could. */
  say(sentence) {
    setText(this.trouble, sentence);
  }

  /** On a phone the feed is under the form: show that something has begun. */
  showNewest() {
    const { top } = this.cards.getBoundingClientRect();
    if (top > innerHeight * 0.8) this.cards.scrollIntoView({ block: "start" });
  }
}
