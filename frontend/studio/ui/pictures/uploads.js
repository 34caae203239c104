/** Uploads: what this browser sends to storage, each picture once, however many fields show it. */

import { Shelf } from "./shelf.js";
import { Transfer } from "./transfer.js";

/** @typedef {import("./preparing.js").Prepared} Prepared */

export class Uploads {
  /** @type {Map<string, {transfer: Transfer, holders: number}>} Key of the picture → its way. */
  #known = new Map();

  /**
   * @param {import("./transfer.js").Api} api
   * @param {Shelf} [shelf]
   * @param {import("./transfer.js").World} [world]
   */
  constructor(api, shelf = new Shelf(), world = {}) {
    this.api = api;
    this.shelf = shelf;
    this.world = world;
  }

  /**
   * Send a picture; one that is there or on its way is not sent twice.
   * @param {Prepared} prepared
   * @returns {Transfer} To be given back by `release`.
   */
  take(prepared) {
    const known = this.#known.get(prepared.key);
    if (known) {
      known.holders += 1;
      // To choose it anew is to ask for another try.
      if (known.transfer.state.step === "failed") known.transfer.start();
      return known.transfer;
    }
    const transfer = new Transfer(prepared.blob, this.api, this.world);
    this.#known.set(prepared.key, { transfer, holders: 1 });
    transfer.watch(() => {
      const { state } = transfer;
      if (state.step !== "sent") return;
      void this.shelf.keep(prepared, { upload: state.id, sentAt: state.at });
    });
    void this.#begin(prepared, transfer);
    return transfer;
  }

  /** A field shows the picture no longer. @param {string} key */
  release(key) {
    const known = this.#known.get(key);
    if (!known) return;
    known.holders -= 1;
    if (known.holders > 0 || known.transfer.state.step === "sent") return;
    known.transfer.stop();
    this.#known.delete(key);
  }

  /** The network is back. */
  hurry() {
    for (const { transfer } of this.#known.values()) transfer.hurry();
  }

  /** @param {Prepared} prepared @param {Transfer} transfer */
  async #begin(prepared, transfer) {
    const piece = await this.shelf.find({ key: prepared.key });
    // Taken away again already.
    if (this.#known.get(prepared.key)?.transfer !== transfer) return;
    if (piece?.upload) {
      transfer.wasSent(piece.upload, piece.sentAt);
      return;
    }
    // Before it is sent: a page that is closed meanwhile sends it when it is opened again.
    void this.shelf.keep(prepared);
    transfer.start();
  }
}

/** @type {WeakMap<object, Uploads>} */
const uploads = new WeakMap();

/**
 * The uploads of a page, which all its fields share.
 * @param {import("./transfer.js").Api} api
 */
export function uploadsOf(api) {
  let known = uploads.get(api);
  if (!known) {
    known = new Uploads(api);
    uploads.set(api, known);
    addEventListener("online", () => known?.hurry());
  }
  return known;
}
