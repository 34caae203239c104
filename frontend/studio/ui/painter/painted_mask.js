/** A painted mask as the value of a field: sent when the task is, and only if it is not there yet. */

import { newKey } from "../core/api.js";
import { t } from "../core/words.js";
import { refusal, sentenceOf } from "../pictures/frame.js";
import { addressOf, read } from "../pictures/picture.js";
import { fingerprint, Unfit } from "../pictures/preparing.js";
import { uploadsOf } from "../pictures/uploads.js";
import { Painter } from "./painter.js";
import { pngOf } from "./png.js";

/** So long after a stroke the mask is kept for the case that the page is closed. */
const REST_MS = 400;
/** So long after that it is sent, so that its price can be told and a submit need not wait. */
const SEND_MS = 2500;

/**
 * @typedef {import("../pictures/picture.js").Draft} Draft
 */

export class PaintedMask {
  /** @type {Draft | null} What the mask is called, as long as nobody has painted on it. */
  #named = null;
  /** Counts what was painted or begun. */
  #step = 0;
  /** What was sent has been lost. */
  #lost = false;
  /** @type {Promise<unknown>} What is being loaded. */
  #loaded = Promise.resolve();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {import("../pictures/frame.js").Page} page
   * @param {string} field That the mask is the value of, or a part of it.
   * @param {() => void} changed Called after each step of the user's.
   */
  constructor(page, field, changed) {
    this.uploads = uploadsOf(page.api);
    this.field = field;
    /** Under which this browser keeps what is painted and not sent. */
    this.shelfKey = `${page.kind}-${field}`;
    this.painter = new Painter({
      changed: () => {
        this.#step += 1;
        this.#named = null;
        changed();
        this.#later(REST_MS, async () => {
          await this.#keep();
          this.#later(SEND_MS, () => this.#send(changed));
        });
      },
    });
  }

  get isEmpty() {
    return this.painter.isEmpty;
  }

  /**
   * Paint on this picture from now on, beginning with a mask that a draft or a job names.
   * @param {import("../pictures/picture.js").Picture | null} picture
   * @param {any} [named] @param {string} [url]
   */
  begin(picture, named, url) {
    clearTimeout(this.#timer);
    this.#step += 1;
    this.#named = picture && (named ?? null);
    this.#loaded = (async () => {
      await this.painter.show(picture);
      if (picture && named) await this.#load(named, url);
    })();
    return this.#loaded;
  }

  /** What `begin` brings back, or undefined if nothing is painted. */
  draft() {
    if (this.#named) return this.#named;
    return this.isEmpty ? undefined : { kept: this.shelfKey };
  }

  /**
   * How a task names the mask; undefined if nothing is painted.
   * @returns {Promise<import("../pictures/picture.js").Reference | undefined>}
   *   Rejects with a `Problem` that names the field if it could not be sent.
   */
  async reference() {
    await this.#loaded;
    if (this.#named && !("kept" in this.#named)) return this.#named;
    const { mask } = this.painter.easel;
    if (!mask || this.isEmpty) return undefined;
    const step = this.#step;
    const blob = await pngOf(mask);
    const key = (await fingerprint(new Uint8Array(await blob.arrayBuffer()))) ?? newKey();
    const { width, height } = mask;
    const transfer = this.uploads.take({ blob, key, name: "mask.png", width, height, note: "" });
    if (this.#lost) transfer.renew();
    this.#lost = false;
    try {
      const named = { upload: await transfer.arrived() };
      // Somebody may have painted on meanwhile.
      if (step === this.#step) this.#named = named;
      return named;
    } catch (problem) {
      const detail = sentenceOf(problem);
      throw refusal(this.field, `${t("The mask could not be sent.")} ${detail}`);
    } finally {
      this.uploads.release(key);
    }
  }

  /** The server has not got the mask: it is sent again with the next task. Whether that can be done. */
  renew() {
    this.#named = null;
    this.#lost = !this.isEmpty;
    return this.#lost;
  }

  /** @param {any} named @param {string} [url] */
  async #load(named, url) {
    try {
      await this.painter.load(await this.#find(named, url));
    } catch (error) {
      sentenceOf(error);
      this.#named = null;
      this.painter.say(t("The mask of before could not be loaded. Paint it again."));
    }
  }

  /** @param {any} named @param {string} [url] @returns {Promise<Blob>} */
  async #find(named, url) {
    if (typeof named.artifact === "string") {
      return read(await addressOf(named.artifact, this.uploads.api));
    }
    const wanted = "kept" in named ? { key: named.kept } : { upload: named.upload };
    const piece = await this.uploads.shelf.find(wanted);
    if (piece) return piece.blob;
    if (!url) throw new Unfit();
    return read(url);
  }

  /** Do this when nobody has painted for so long. @param {number} ms @param {() => Promise<void>} run */
  #later(ms, run) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void run(), ms);
  }

  async #keep() {
    const { mask } = this.painter.easel;
    if (!mask || this.isEmpty) return;
    const { width, height } = mask;
    const blob = await pngOf(mask);
    const note = "";
    await this.uploads.shelf.keep({ blob, key: this.shelfKey, name: "mask.png", width, height, note });
  }

  /** @param {() => void} sent */
  async #send(sent) {
    if (this.#named || this.isEmpty) return;
    try {
      await this.reference();
      sent();
    } catch (problem) {
      // It is sent again when the task is, and then it is told what is wrong.
      sentenceOf(problem);
    }
  }
}
