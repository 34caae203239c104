/** Quoting: what a form as it is would cost, asked of the server once the typing stops. */

import { Problem } from "../core/problem.js";
import { bodyOf } from "./state.js";

const STILL_MS = 600;

export class Quoting {
  /** @type {Map<string, any>} Kind → timer. */
  #timers = new Map();
  /** @type {Map<string, string>} Kind → the body that was asked about last. */
  #asked = new Map();

  /**
   * @param {import("../core/api.js").Api} api
   * @param {(kind: string, quote: any) => void} show Null where there is nothing to say.
   */
  constructor(api, show) {
    this.api = api;
    this.show = show;
  }

  /**
   * Something in the form changed.
   * @param {string} kind @param {Record<string, any> | null} sketch Null if it is no task yet.
   */
  changed(kind, sketch) {
    const body = sketch && { ...bodyOf(kind, sketch), dry_run: true };
    const text = JSON.stringify(body);
    if (this.#asked.get(kind) === text) return;
    clearTimeout(this.#timers.get(kind));
    if (body === null) {
      this.#asked.set(kind, text);
      this.show(kind, null);
      return;
    }
    this.#timers.set(kind, setTimeout(() => void this.#ask(kind, body, text), STILL_MS));
  }

  /** @param {string} kind @param {object} body @param {string} text */
  async #ask(kind, body, text) {
    this.#asked.set(kind, text);
    let quote = null;
    try {
      quote = (await this.api.post("/jobs", body)).body;
    } catch (problem) {
      // A task that is not whole yet has no price; nobody has asked for it to be judged.
      if (!(problem instanceof Problem)) throw problem;
    }
    if (this.#asked.get(kind) === text) this.show(kind, quote);
  }
}
