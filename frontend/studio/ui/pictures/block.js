/** The block: a field of a form that holds one picture. */

import { t } from "../core/words.js";
import { Card } from "./card.js";
import { Frame, refusal, sentenceOf } from "./frame.js";
import { Unfit } from "./preparing.js";
import { tell } from "./siblings.js";

/**
 * @typedef {import("./picture.js").Picture} Picture
 * @typedef {import("./frame.js").Page} Page
 */

export class PictureBlock {
  /** @type {Card | null} */
  #card = null;
  /** @type {any} What a draft named, while it is being looked for or cannot be loaded. */
  #named = null;
  /** Counts what was begun: what comes late is not shown any more. */
  #turn = 0;
  /** @type {Promise<void>} */
  #settled = Promise.resolve();
  /** @type {Set<() => void>} */
  #watchers = new Set();

  /**
   * @param {Page} page
   * @param {string} field
   */
  constructor(page, field) {
    this.frame = new Frame(page, field, {
      isEmpty: () => this.picture === null,
      take: (incoming) => void this.take(incoming),
    });
    this.element = this.frame.element;
    this.watch(() => tell(this.element.id, () => this.picture));
    this.#draw();
  }

  /** @returns {Picture | null} */
  get picture() {
    return this.#card?.picture ?? null;
  }

  /** Something else shows the picture, so that only what there is to say of it is said here. */
  set bare(/** @type {boolean} */ yes) {
    this.element.toggleAttribute("data-bare", yes);
  }

  /** Call whenever another picture is shown, or none. @param {() => void} watcher */
  watch(watcher) {
    this.#watchers.add(watcher);
  }

  /**
   * The user gives a picture; of several, the first is taken.
   * @param {import("./incoming.js").Incoming} incoming
   */
  take({ files, artifact }) {
    const given = artifact ?? files[0];
    if (!given) return Promise.resolve();
    this.frame.chooser.close();
    return this.#show(this.frame.bring(given), () => {
      this.frame.say(t("{name} was chosen.", { name: this.picture?.name ?? "" }));
      this.frame.changed();
    });
  }

  /** Show what a draft or a job names; nothing, if it names nothing. @param {any} named @param {string} [url] */
  restore(named, url) {
    this.#named = named ?? null;
    if (named) return this.#show(this.frame.find(named, url));
    this.#turn += 1;
    this.frame.complain("");
    this.#put(null);
    return Promise.resolve();
  }

  /** What `restore` brings back. */
  draft() {
    return this.picture?.draft() ?? this.#named ?? undefined;
  }

  /**
   * How a task names the picture, once it is there; undefined if there is none.
   * Rejects with a `Problem` that names this field.
   * @returns {Promise<import("./picture.js").Reference | undefined>}
   */
  async reference() {
    await this.#settled;
    if (!this.picture) return this.#named?.kept ? undefined : (this.#named ?? undefined);
    const misfit = this.frame.misfit(this.picture);
    if (misfit) throw refusal(this.frame.field, misfit);
    try {
      return await this.picture.reference();
    } catch (problem) {
      sentenceOf(problem);
      throw refusal(this.frame.field, t("The picture has not been sent yet."));
    }
  }

  /** The server has not got what was sent: send it again. Whether that can be done. */
  renew() {
    const transfer = this.picture?.transfer;
    transfer?.renew();
    return Boolean(transfer);
  }

  /** The model has changed. @param {string} why */
  fit(why) {
    this.frame.fit(why);
    this.frame.judge(this.picture ? [this.picture] : []);
  }

  #remove() {
    void this.restore(null);
    this.frame.say(t("The picture was removed."));
    this.frame.changed();
    this.frame.chooser.input.focus();
  }

  /** @param {Promise<Picture>} coming @param {() => void} [shown] */
  #show(coming, shown) {
    const turn = ++this.#turn;
    this.frame.complain("");
    this.frame.place.setAttribute("aria-busy", "true");
    this.#settled = (async () => {
      try {
        const picture = await coming;
        if (turn !== this.#turn) return void picture.close();
        this.#named = null;
        this.#put(picture);
        this.frame.judge([picture]);
        shown?.();
      } catch (error) {
        const sentence = sentenceOf(error);
        if (turn !== this.#turn) return;
        // What could only not be loaded is there all the same.
        if (error instanceof Unfit) this.#named = null;
        this.frame.complain(sentence);
      } finally {
        if (turn === this.#turn) this.frame.place.removeAttribute("aria-busy");
      }
    })();
    return this.#settled;
  }

  /** @param {Picture | null} picture */
  #put(picture) {
    this.#card?.close();
    this.#card = picture
      ? new Card(picture, {
          remove: () => this.#remove(),
          arrived: () => this.frame.page.changed(),
        })
      : null;
    this.#draw();
    for (const watcher of this.#watchers) watcher();
  }

  #draw() {
    const { place, chooser } = this.frame;
    place.dataset.state = this.#card ? "filled" : "empty";
    place.replaceChildren(...(this.#card ? [this.#card.element] : []), chooser.element);
    chooser.setText(this.#card ? t("Choose another") : t("Choose a file"));
  }
}
