/** Transfers: one picture on its way to storage, tried again until it is there or cannot be. */

import { pause } from "../core/backoff.js";
import { Problem } from "../core/problem.js";
import { t } from "../core/words.js";
import { GOOD_FOR_MS } from "./shelf.js";
import { post } from "./storage.js";

/** Tries in a row that may fail before somebody has to ask for the next. */
export const TRIES_MOST = 6;
/** Seconds that are waited without being asked, if that is what the server wishes. */
const PATIENCE = 30;

/**
 * @typedef {{step: "inviting"} | {step: "sending", ratio: number}
 *   | {step: "waiting", problem: Problem} | {step: "sent", id: string, at: number}
 *   | {step: "failed", problem: Problem} | {step: "stopped"}} State
 *   `waiting`: it is tried again by itself. `failed`: it is tried again when somebody asks.
 * @typedef {Pick<import("../core/api.js").Api, "base" | "post" | "visit">} Api
 * @typedef {object} World
 * @property {typeof post} [post]
 * @property {(run: () => void, ms: number) => unknown} [setTimer]
 * @property {(timer: any) => void} [clearTimer]
 * @property {() => number} [random]
 * @property {() => number} [now]
 */

export class Transfer {
  /** @type {State} */
  #state = { step: "inviting" };
  /** @type {Set<() => void>} */
  #listeners = new Set();
  #tries = 0;
  /** @type {AbortController | null} */
  #going = null;
  /** @type {unknown} */
  #timer = null;

  /**
   * @param {Blob} blob
   * @param {Api} api
   * @param {World} [world]
   */
  constructor(blob, api, world = {}) {
    this.blob = blob;
    this.api = api;
    this.post = world.post ?? post;
    this.setTimer = world.setTimer ?? ((run, ms) => setTimeout(run, ms));
    this.clearTimer = world.clearTimer ?? ((timer) => clearTimeout(timer));
    this.random = world.random ?? Math.random;
    this.now = world.now ?? Date.now;
  }

  get state() {
    return this.#state;
  }

  /**
   * Call after each change of state.
   * @param {() => void} listener
   * @returns {() => void} Ends it.
   */
  watch(listener) {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Send it, if it is neither there nor on its way. Each try asks for a form of its own. */
  start() {
    if (this.#state.step === "sent" || this.#going) return;
    this.#tries = 0;
    void this.#try();
  }

  /** The network is back: no need to wait any longer. */
  hurry() {
    const { step } = this.#state;
    if (step === "waiting" || (step === "failed" && !this.#state.problem.answered)) this.start();
  }

  /** Send it no further. */
  stop() {
    this.#halt();
    if (this.#state.step !== "sent") this.#become({ step: "stopped" });
  }

  /** The server knows no such upload any more: send it again. */
  renew() {
    this.#halt();
    this.#become({ step: "stopped" });
    this.start();
  }

  /**
   * It is there already, from an earlier visit.
   * @param {string} id @param {number} at When it was sent.
   */
  wasSent(id, at) {
    this.#become({ step: "sent", id, at });
  }

  /**
   * The id of the upload, once it is there. One that is too old to be there still is sent again.
   * @returns {Promise<string>} Rejects with the `Problem` if it failed.
   */
  arrived() {
    if (this.#state.step === "sent" && this.now() - this.#state.at > GOOD_FOR_MS) this.renew();
    return new Promise((resolve, reject) => {
      const look = () => {
        const state = this.#state;
        if (state.step === "sent") resolve(state.id);
        else if (state.step === "failed") reject(state.problem);
        else if (state.step === "stopped") reject(stopped());
        else return;
        end();
      };
      const end = this.watch(look);
      look();
    });
  }

  async #try() {
    this.#halt();
    const going = new AbortController();
    this.#going = going;
    const { signal } = going;
    try {
      this.#become({ step: "inviting" });
      const { type, size } = this.blob;
      const { body: form } = await this.api.post("/uploads", { content_type: type, bytes: size });
      if (signal.aborted) return;
      this.#become({ step: "sending", ratio: 0 });
      const progress = (/** @type {number} */ ratio) => {
        if (!signal.aborted) this.#become({ step: "sending", ratio });
      };
      await this.post(form, this.blob, { progress, signal });
      if (signal.aborted) return;
      this.#going = null;
      this.#become({ step: "sent", id: form.id, at: this.now() });
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      if (!signal.aborted) this.#failed(problem);
    }
  }

  /** @param {Problem} problem */
  #failed(problem) {
    this.#going = null;
    this.#tries += 1;
    if (this.#tries >= TRIES_MOST || !mends(problem)) {
      this.#become({ step: "failed", problem });
      return;
    }
    // A form that ran out, as while the machine slept, is no reason to wait; two in a row are.
    const ms =
      problem.code === "form_expired" && this.#tries === 1
        ? 0
        : pause(this.#tries, { retryAfter: problem.retryAfter, random: this.random });
    this.#timer = this.setTimer(() => void this.#try(), ms);
    this.#become({ step: "waiting", problem });
  }

  #halt() {
    this.clearTimer(this.#timer);
    this.#timer = null;
    this.#going?.abort();
    this.#going = null;
  }

  /** @param {State} state */
  #become(state) {
    this.#state = state;
    for (const listener of [...this.#listeners]) listener();
  }
}

/**
 * Whether the same request may well succeed a little later.
 * @param {Problem} problem
 */
export function mends({ status, code, retryAfter }) {
  if ((retryAfter ?? 0) > PATIENCE) return false;
  if (code === "form_expired") return true;
  return [0, 429, 500, 502, 503, 504].includes(status);
}

function stopped() {
  return new Problem({
    status: 0,
    code: "stopped",
    title: t("Not sent"),
    detail: t("The picture was taken away before it was sent."),
  });
}
