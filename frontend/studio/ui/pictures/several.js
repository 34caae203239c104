/** Several pictures: the control of a field that names one or more, in an order of one's choice. */

import { element } from "../core/dom.js";
import { Problem } from "../core/problem.js";
import { moved, reorderable } from "../core/reorder.js";
import { count, t } from "../core/words.js";
import { Card } from "./card.js";
import { Frame, isLost, refusal, sentenceOf } from "./frame.js";

/** @typedef {import("./picture.js").Picture} Picture */

/** One picture of the list, from the moment it was chosen. */
class Place {
  /** @type {Card | null} */
  card = null;

  /** @param {Promise<Picture>} coming @param {any} [named] What a draft calls it. */
  constructor(coming, named) {
    this.coming = coming;
    this.named = named;
    this.grip = element("button", { type: "button", class: "picture-grip", "data-grip": "" });
    this.element = element("li", { class: "picture-item", "aria-busy": "true" }, this.grip);
  }

  /** @param {Picture} picture @param {{remove: () => void, arrived: () => void}} told */
  show(picture, told) {
    this.card = new Card(picture, told);
    this.element.append(this.card.element);
    this.element.removeAttribute("aria-busy");
  }

  draft() {
    return this.card?.picture.draft() ?? this.named;
  }

  /** How a task names it; undefined for what is not there. */
  async reference() {
    if (this.card) return this.card.picture.reference();
    return this.named?.kept ? undefined : this.named;
  }
}

export class SeveralPictures {
  /** @type {readonly Place[]} */
  #places = [];

  /**
   * @param {HTMLElement} root
   * @param {import("./frame.js").Page & {fields: [string], most: number}} page
   */
  constructor(root, page) {
    this.fields = page.fields;
    this.field = page.fields[0];
    this.most = page.most;
    this.frame = new Frame(page, this.field, {
      isEmpty: () => this.#places.length === 0,
      take: (incoming) => void this.take(incoming),
      several: true,
      sheets: [new URL("./several.css", import.meta.url)],
    });
    this.list = element("ol", {
      class: "picture-list",
      "aria-labelledby": this.frame.label.id,
    });
    this.frame.place.prepend(this.list);
    reorderable(this.list, (from, to) => this.#moved(from, to));
    root.replaceChildren(this.frame.element);
    this.#draw();
  }

  /**
   * The user gives pictures; as many are taken as there is room for.
   * @param {import("./incoming.js").Incoming} incoming
   */
  async take({ files, artifact }) {
    const given = artifact ? [artifact] : files;
    const room = this.most - this.#places.length;
    this.frame.chooser.close();
    this.frame.complain(given.length > room ? this.#full() : "");
    const places = given.slice(0, room).map((one) => new Place(this.frame.bring(one)));
    this.#places = [...this.#places, ...places];
    this.#draw();
    await Promise.all(places.map((place) => this.#settle(place)));
    if (places.length > 0) this.frame.changed();
  }

  async task() {
    await Promise.allSettled(this.#places.map(({ coming }) => coming));
    for (const { card } of this.#places) {
      const misfit = card ? this.frame.misfit(card.picture) : "";
      if (misfit) throw refusal(this.field, misfit);
    }
    try {
      const named = await Promise.all(this.#places.map((place) => place.reference()));
      const there = named.filter(Boolean);
      return there.length > 0 ? { [this.field]: there } : {};
    } catch (problem) {
      sentenceOf(problem);
      throw refusal(this.field, t("A picture has not been sent yet."));
    }
  }

  /** @param {Record<string, any>} task @param {Record<string, string>} [urls] */
  restore(task, urls = {}) {
    for (const { card } of this.#places) card?.close();
    /** @type {any[]} */
    const named = Array.isArray(task[this.field]) ? task[this.field].slice(0, this.most) : [];
    this.#places = named.map(
      (one, i) => new Place(this.frame.find(one, urls[`${this.field}/${i}`]), one),
    );
    this.frame.complain("");
    this.#draw();
    for (const place of this.#places) void this.#settle(place);
  }

  draft() {
    const drafts = this.#places.map((place) => place.draft()).filter(Boolean);
    return drafts.length > 0 ? { [this.field]: drafts } : {};
  }

  /**
   * The server refused the task. What it has lost is sent again.
   * @param {import("../core/problem.js").Problem} problem
   * @returns {boolean} Whether it is worth asking once more.
   */
  recover(problem) {
    const lost = this.#places.flatMap(({ card }, i) => {
      const transfer = card?.picture.transfer;
      return transfer && isLost(problem, `${this.field}/${i}`) ? [transfer] : [];
    });
    for (const transfer of lost) transfer.renew();
    return lost.length > 0;
  }

  /** @param {Record<string, string>} reasons */
  fit(reasons) {
    this.frame.fit(reasons[this.field] ?? "");
    this.frame.judge(this.#places.flatMap(({ card }) => (card ? [card.picture] : [])));
  }

  /** @param {Place} place Show it once it has come. */
  async #settle(place) {
    try {
      const picture = await place.coming;
      if (!this.#places.includes(place)) return void picture.close();
      place.show(picture, {
        remove: () => this.#remove(place),
        arrived: () => this.frame.page.changed(),
      });
    } catch (error) {
      const sentence = sentenceOf(error);
      if (!this.#places.includes(place)) return;
      this.frame.complain(sentence);
      // What could only not be loaded is there all the same.
      if (!(error instanceof Problem)) this.#places = this.#places.filter((other) => other !== place);
    }
    this.#draw();
  }

  /** @param {Place} place */
  #remove(place) {
    const at = this.#places.indexOf(place);
    this.#places = this.#places.filter((other) => other !== place);
    place.card?.close();
    this.frame.complain("");
    this.#draw();
    const next = this.#places[Math.min(at, this.#places.length - 1)];
    (next?.grip ?? this.frame.chooser.input).focus();
    this.frame.say(t("The picture was removed."));
    this.frame.changed();
  }

  /** @param {number} from @param {number} to */
  #moved(from, to) {
    this.#places = moved(this.#places, from, to);
    this.#label();
    this.frame.say(t("Moved to place {n} of {all}.", { n: to + 1, all: this.#places.length }));
    this.frame.changed();
  }

  #draw() {
    const { place, chooser } = this.frame;
    const some = this.#places.length > 0;
    const elements = this.#places.map((one) => one.element);
    // Those that stay are not moved, so that they keep the focus.
    for (const child of [...this.list.children]) {
      if (!elements.includes(/** @type {HTMLElement} */ (child))) child.remove();
    }
    this.list.append(...elements.filter((one) => !one.isConnected));
    this.list.hidden = !some;
    place.dataset.state = some ? "filled" : "empty";
    chooser.element.hidden = this.#places.length >= this.most;
    chooser.setText(some ? t("Add another") : t("Choose files"));
    this.#label();
  }

  #label() {
    const all = this.#places.length;
    this.#places.forEach(({ grip, card }, i) => {
      const name = card?.picture.name ?? "";
      const words = t("Picture {n} of {all}, {name}. Arrow keys move it.", { n: i + 1, all, name });
      grip.setAttribute("aria-label", words);
    });
  }

  #full() {
    return count(this.most, "{n} picture is taken, no more.", "{n} pictures are taken, no more.");
  }
}
