/** The wall: all pictures in rows, by day. Only those near the window are really there, so that
 * thousands cost no more than a screenful. */

import { element, setText } from "../core/dom.js";
import { Day } from "./day.js";
import { dayTitle, daysOf } from "./days.js";
import { linked } from "./pictures.js";
import { LongPress } from "./press.js";
import { step } from "./steps.js";
import { Tile } from "./tile.js";

/** How much beyond the window is kept ready, in heights of the window. */
const AHEAD = 1;

/**
 * @typedef {import("./pictures.js").Picture} Picture
 * @typedef {import("./layout.js").Box} Box
 * @typedef {object} Doings What the wall asks of the gallery.
 * @property {(key: string) => void} open
 * @property {(key: string, range: boolean) => void} tick
 * @property {(key: string) => boolean} ticked
 * @property {() => boolean} ticking Whether a click selects.
 * @property {() => void} untick Select nothing.
 * @property {(picture: Picture) => void} stale Its links have run out, or do not work.
 * @property {(key: string) => string} href
 * @property {(picture: Picture) => string} status What to say of one that was not made.
 * @property {() => number} now
 */

export class Wall {
  /** @type {readonly Picture[]} */
  #pictures = [];
  /** @type {Map<string, number>} */
  #places = new Map();
  /** @type {{day: Day, from: number}[]} */
  #days = [];
  /** @type {{day: Day, box: Box, row: number, middle: number}[]} */
  #spots = [];
  /** @type {Map<string, Tile>} */
  #tiles = new Map();
  /** Where Tab stops. */
  #stop = "";
  #width = 0;
  #drawing = false;

  /** @param {Doings} doings */
  constructor(doings) {
    this.doings = doings;
    this.root = element("div", { class: "wall" });
    new LongPress(this.root, (target) => {
      if (keyOf(target)) doings.tick(keyOf(target), false);
    });
    this.root.addEventListener("click", (event) => this.#clicked(event));
    this.root.addEventListener("keydown", (event) => this.#keyed(event));
    this.root.addEventListener("focusin", (event) => this.#stopAt(keyOf(event.target)));
    this.root.addEventListener("error", (event) => this.#failed(event), { capture: true });
    this.root.addEventListener("dragstart", (event) => this.#dragged(event));
    new ResizeObserver(() => {
      if (this.root.clientWidth !== this.#width) this.#hang();
    }).observe(this.root);
    // Whatever scrolls: the page, or something between it and us.
    document.addEventListener("scroll", () => this.draw(), { capture: true, passive: true });
  }

  /** @param {readonly Picture[]} pictures Newest first. */
  show(pictures) {
    const seen = this.#seen();
    this.#pictures = pictures;
    this.#places = new Map(pictures.map(({ key }, i) => [key, i]));
    if (!this.#places.has(this.#stop)) this.#stop = pictures[0]?.key ?? "";
    const known = new Map(this.#days.map(({ day }) => [day.day, day]));
    this.#days = daysOf(pictures).map(({ day: name, from }) => {
      const day = known.get(name) ?? new Day(name);
      known.delete(name);
      return { day, from };
    });
    for (const { root } of known.values()) root.remove();
    inOrder(this.root, this.#days.map(({ day }) => day.root));
    this.#hang();
    if (seen) this.#stayAt(seen);
  }

  /** Something changed that moves no picture: one was ticked, or has links again. */
  draw() {
    if (this.#drawing) return;
    this.#drawing = true;
    requestAnimationFrame(() => {
      this.#drawing = false;
      this.#draw();
    });
  }

  /** Bring a picture into view and give it the focus. @param {string} key */
  focus(key) {
    const at = this.#places.get(key);
    if (at === undefined || !this.#spots[at]) return;
    this.#stop = key;
    const { day, box } = this.#spots[at];
    const top = day.list.getBoundingClientRect().top + box.top;
    if (top < 80 || top + box.height > innerHeight - 80) {
      window.scrollBy({ top: top - (innerHeight - box.height) / 2, behavior: "instant" });
    }
    this.#draw();
    this.#tiles.get(key)?.link.focus({ preventScroll: true });
  }

  /** What somebody who has scrolled looks at, and where that is in the window. */
  #seen() {
    if (this.root.getBoundingClientRect().top >= 0) return null;
    for (const { key } of this.#pictures) {
      const top = this.#tiles.get(key)?.root.getBoundingClientRect().top ?? -1;
      if (top >= 0) return { key, top };
    }
    return null;
  }

  /** New pictures over it do not push it away. @param {{key: string, top: number}} seen */
  #stayAt({ key, top }) {
    const at = this.#places.get(key);
    if (at === undefined || !this.#spots[at]) return;
    const { day, box } = this.#spots[at];
    const moved = day.list.getBoundingClientRect().top + box.top - top;
    if (Math.abs(moved) < 1) return;
    window.scrollBy({ top: moved, behavior: "instant" });
    this.#draw();
  }

  #hang() {
    this.#width = this.root.clientWidth;
    if (this.#width === 0) return;
    this.#spots = [];
    let rows = 0;
    this.#days.forEach(({ day, from }, d) => {
      setText(day.title, dayTitle(day.day, this.doings.now()));
      day.hang(this.#pictures.slice(from, this.#days[d + 1]?.from), this.#width);
      for (const box of day.boxes) {
        this.#spots.push({ day, box, row: rows + box.row, middle: box.left + box.width / 2 });
      }
      rows = (this.#spots.at(-1)?.row ?? -1) + 1;
    });
    this.#draw();
  }

  #draw() {
    const beyond = AHEAD * innerHeight;
    const tops = this.#days.map(({ day }) => day.list.getBoundingClientRect().top);
    // What has the focus stays, or the keyboard would lose its place.
    const held = this.#places.get(keyOf(document.activeElement)) ?? -1;
    const near = this.#days.map(({ day, from }, d) => {
      const seen = day.between(-beyond - tops[d], innerHeight + beyond - tops[d]);
      const inDay = held - from;
      if (!day.boxes[inDay] || seen.includes(inDay)) return seen;
      return [...seen, inDay].sort((a, b) => a - b);
    });
    this.#keep(near.flatMap((seen, d) => seen.map((i) => this.#days[d].from + i)));
    this.#days.forEach(({ day, from }, d) => {
      inOrder(day.list, near[d].map((i) => this.#tileAt(from + i, day.boxes[i]).root));
    });
  }

  /** Take down all tiles but these. @param {number[]} places */
  #keep(places) {
    const wanted = new Set(places.map((at) => this.#pictures[at].key));
    for (const [key, tile] of this.#tiles) {
      if (wanted.has(key)) continue;
      tile.root.remove();
      this.#tiles.delete(key);
    }
  }

  /** @param {number} at @param {Box} box */
  #tileAt(at, box) {
    const picture = this.#pictures[at];
    const { key } = picture;
    const tile = this.#tiles.get(key) ?? new Tile(key);
    this.#tiles.set(key, tile);
    const works = linked(picture, this.doings.now());
    tile.place(box);
    tile.show(picture, {
      at,
      of: this.#pictures.length,
      href: this.doings.href(key),
      linked: works,
      status: picture.artifact ? "" : this.doings.status(picture),
    });
    tile.tick(this.doings.ticked(key));
    tile.stop(key === this.#stop);
    if (picture.artifact && !works) this.doings.stale(picture);
    return tile;
  }

  /** @param {MouseEvent} event */
  #clicked(event) {
    const key = keyOf(event.target);
    const target = /** @type {Element} */ (event.target);
    if (!key || event.metaKey || event.ctrlKey) return;
    if (target.closest(".tile-tick")) {
      // A label's click comes twice: once for itself, once for its box.
      if (target instanceof HTMLInputElement) this.doings.tick(key, event.shiftKey);
      return;
    }
    event.preventDefault();
    if (event.shiftKey || this.doings.ticking()) this.doings.tick(key, event.shiftKey);
    else this.doings.open(key);
  }

  /** @param {KeyboardEvent} event */
  #keyed(event) {
    const key = keyOf(event.target);
    const at = this.#places.get(key);
    if (at === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    const to = step(event.key, at, this.#spots);
    if (to !== null) this.focus(this.#pictures[to].key);
    else if (event.key === " " && event.target instanceof HTMLAnchorElement) {
      this.doings.tick(key, event.shiftKey);
    } else if (event.key === "Escape" && this.doings.ticking()) this.doings.untick();
    else return;
    event.preventDefault();
  }

  /** @param {string} key */
  #stopAt(key) {
    if (!this.#tiles.has(key) || key === this.#stop) return;
    this.#tiles.get(this.#stop)?.stop(false);
    this.#stop = key;
    this.#tiles.get(key)?.stop(true);
  }

  /** A picture that is dragged carries its own link: any field that takes pictures knows it by that.
   * @param {DragEvent} event */
  #dragged(event) {
    const at = this.#places.get(keyOf(event.target));
    const picture = at === undefined ? null : this.#pictures[at];
    if (!picture?.artifact || !event.dataTransfer) return;
    event.dataTransfer.setData("text/uri-list", picture.artifact.url);
    event.dataTransfer.setData("text/plain", picture.artifact.url);
    event.dataTransfer.effectAllowed = "copy";
  }

  /** @param {Event} event */
  #failed(event) {
    const tile = this.#tiles.get(keyOf(event.target));
    const at = tile && this.#places.get(tile.key);
    if (!tile || at === undefined) return;
    tile.forget();
    this.doings.stale(this.#pictures[at]);
  }
}

/**
 * The picture in whose tile a node is; empty if in none.
 * @param {EventTarget | null} node
 */
function keyOf(node) {
  return node instanceof Element ? node.closest(".tile")?.getAttribute("data-key") ?? "" : "";
}

/**
 * Put what is missing among the children of an element, which are in this order already.
 * @param {HTMLElement} parent @param {HTMLElement[]} children
 */
function inOrder(parent, children) {
  let place = parent.firstElementChild;
  for (const child of children) {
    if (child === place) place = place.nextElementSibling;
    else parent.insertBefore(child, place);
  }
}
