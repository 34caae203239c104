/** The strip: the latest pictures of one's own, to be used again without sending them. */

import { button, element } from "../core/dom.js";
import { Problem } from "../core/problem.js";
import { showStyled } from "../core/styled.js";
import { t } from "../core/words.js";

const JOBS = 12;

export class Strip {
  /** @type {string | null} Where the list goes on. */
  #cursor = null;
  #empty = true;

  /**
   * @param {HTMLElement} root
   * @param {Pick<import("../core/api.js").Api, "get">} api
   * @param {(artifact: string) => void} choose
   */
  constructor(root, api, choose) {
    this.api = api;
    this.choose = choose;
    this.row = element("div", { class: "picture-strip-row", role: "group" });
    this.row.setAttribute("aria-label", t("Your pictures"));
    this.row.addEventListener("keydown", (event) => this.#step(event));
    this.more = button(t("More"), () => void this.#load(), { class: "picture-button" });
    this.status = element("p", { class: "picture-hint", role: "status" });
    root.replaceChildren(this.row, this.status);
    this.styled = showStyled(this.row, new URL("./strip.css", import.meta.url));
  }

  /** Show the latest anew: there may be more of them, and links do not live long. */
  async open() {
    this.#cursor = null;
    this.#empty = true;
    await Promise.all([this.#load(), this.styled]);
    /** @type {HTMLElement | null} */ (this.row.firstElementChild)?.focus();
  }

  async #load() {
    this.status.textContent = t("Loading…");
    try {
      const from = this.#cursor ? `&cursor=${encodeURIComponent(this.#cursor)}` : "";
      const { body } = await this.api.get(`/jobs?status=succeeded&limit=${JOBS}${from}`);
      const tiles = tilesOf(body.data).map((tile) => this.#tile(tile));
      if (this.#empty) this.row.replaceChildren(...tiles);
      else this.more.before(...tiles);
      this.#empty = false;
      this.#cursor = body.next;
      if (body.next) this.row.append(this.more);
      else this.more.remove();
      this.status.textContent = this.row.childElementCount > 0 ? "" : t("There are none yet.");
      this.#rove(/** @type {HTMLElement | undefined} */ (tiles[0]));
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      this.status.textContent = `${problem.message} ${t("Try again in a moment.")}`;
    }
  }

  /** @param {{artifact: string, thumbnail: string, words: string}} tile */
  #tile({ artifact, thumbnail, words }) {
    const image = element("img", { src: thumbnail, alt: words, loading: "lazy", decoding: "async" });
    return button(image, () => this.choose(artifact), { class: "picture-tile", tabindex: "-1" });
  }

  /** The row is one stop of the Tab key; arrows go along it. @param {KeyboardEvent} event */
  #step(event) {
    const stops = /** @type {HTMLElement[]} */ ([...this.row.children]);
    const at = stops.indexOf(/** @type {HTMLElement} */ (event.target));
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: stops.length - 1 }[event.key];
    if (to === undefined || !stops[to]) return;
    event.preventDefault();
    this.#rove(stops[to]);
    stops[to].focus();
  }

  /** @param {HTMLElement | undefined} stop */
  #rove(stop) {
    if (!stop) return;
    for (const other of this.row.children) other.setAttribute("tabindex", "-1");
    stop.setAttribute("tabindex", "0");
  }
}

/**
 * @param {import("../core/jobs.js").Job[]} jobs
 * @returns {{artifact: string, thumbnail: string, words: string}[]}
 */
export function tilesOf(jobs) {
  return jobs.flatMap((job) =>
    (job.artifacts ?? [])
      // A mask is none of the pictures that were asked for.
      .filter(({ role }) => role !== "mask")
      .map(({ k, url, thumbnail_url: thumbnail }) => ({
        artifact: `${job.id}/${k}`,
        thumbnail: thumbnail ?? url,
        words: job.task?.prompt || t("A picture without words"),
      })),
  );
}
