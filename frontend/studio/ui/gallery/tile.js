/** A tile: one picture on the wall, a link to itself that can also be ticked. */

import { element, setText, sign } from "../core/dom.js";
import { t } from "../core/words.js";

const HEART = "M10 16.5 3.9 10.4a3.9 3.9 0 0 1 5.5-5.5l.6.6.6-.6a3.9 3.9 0 0 1 5.5 5.5z";

/** @typedef {import("./pictures.js").Picture} Picture */

export class Tile {
  /** @type {Picture | null} */
  #picture = null;
  /** What the image shows, whatever link it came by. */
  #shown = "";

  /** @param {string} key */
  constructor(key) {
    this.key = key;
    this.img = /** @type {HTMLImageElement} */ (
      element("img", { decoding: "async", alt: "", draggable: "false" })
    );
    this.words = element("span", { class: "tile-words" });
    this.link = /** @type {HTMLAnchorElement} */ (
      element("a", { class: "tile-link" }, this.img, this.words)
    );
    this.box = /** @type {HTMLInputElement} */ (element("input", { type: "checkbox" }));
    this.heart = element("span", { class: "tile-heart" }, sign(HEART));
    this.root = element(
      "li",
      { class: "tile", "data-key": key },
      this.link,
      element("label", { class: "tile-tick" }, this.box),
      this.heart,
    );
    this.img.addEventListener("load", () => this.root.classList.add("seen"));
  }

  /** @param {import("./layout.js").Box} box */
  place({ left, top, width, height }) {
    const { style } = this.root;
    style.transform = `translate(${left.toFixed(2)}px, ${top.toFixed(2)}px)`;
    style.width = `${width.toFixed(2)}px`;
    style.height = `${height.toFixed(2)}px`;
  }

  /**
   * @param {Picture} picture
   * @param {{href: string, at: number, of: number, linked: boolean, status: string}} facts
   *   `status` is what to say of one that has no picture.
   */
  show(picture, { href, at, of, linked, status }) {
    this.root.setAttribute("aria-posinset", String(at + 1));
    this.root.setAttribute("aria-setsize", String(of));
    if (linked) this.#setImage(picture.artifact);
    if (this.#picture === picture) return;
    this.#picture = picture;
    const favorite = picture.job.favorite === true;
    this.link.href = href;
    this.heart.hidden = !favorite;
    this.img.hidden = picture.artifact === null;
    this.root.classList.toggle("unmade", picture.artifact === null);
    setText(this.words, picture.artifact ? "" : `${status} ${picture.alt}`);
    const name = favorite ? t("{picture}, a favourite", { picture: picture.alt }) : picture.alt;
    if (picture.artifact) this.link.setAttribute("aria-label", name);
    this.box.setAttribute("aria-label", t("Select: {picture}", { picture: picture.alt }));
  }

  /** @param {boolean} ticked */
  tick(ticked) {
    this.box.checked = ticked;
    this.root.classList.toggle("ticked", ticked);
  }

  /** Whether Tab stops here: at one tile of all. @param {boolean} stops */
  stop(stops) {
    this.link.tabIndex = stops ? 0 : -1;
    this.box.tabIndex = stops ? 0 : -1;
  }

  /** The picture may be elsewhere by now: its link has failed. */
  forget() {
    this.#shown = "";
  }

  /** @param {any} artifact */
  #setImage(artifact) {
    // A fresh link to what is shown already would only load it once more.
    if (this.#shown === artifact.sha256) return;
    this.#shown = artifact.sha256;
    this.img.width = artifact.width;
    this.img.height = artifact.height;
    this.img.src = artifact.thumbnail_url;
  }
}
