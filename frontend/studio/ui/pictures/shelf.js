/** The shelf: pictures chosen lately, kept in this browser so that a draft shows them again. */

export const PIECES_MOST = 40;
export const BYTES_MOST = 150_000_000;
/** An upload that no job names is deleted after a day; what is as old as this is sent again. */
export const GOOD_FOR_MS = 20 * 3600 * 1000;

/** So long a browser may take to open the shelf; some never say that they will not. */
const PATIENCE_MS = 3000;

const DATABASE = "canvas-queue.pictures";
const STORE = "shelf";

/**
 * @typedef {import("./preparing.js").Prepared & {upload: string | null, sentAt: number,
 *   usedAt: number}} Piece
 *   `upload` is the id under which it was sent at `sentAt`, both in milliseconds since the epoch.
 */

/** Keeps what it can: a browser that forbids or has no room costs a draft its picture. */
export class Shelf {
  /** @type {Promise<IDBDatabase | null> | null} */
  #database = null;

  /** @param {{indexedDB?: IDBFactory, now?: () => number}} [world] */
  constructor({ indexedDB = globalThis.indexedDB, now = Date.now } = {}) {
    this.indexedDB = indexedDB;
    this.now = now;
  }

  /**
   * @param {import("./preparing.js").Prepared} prepared
   * @param {{upload: string, sentAt: number} | null} [sent]
   */
  async keep(prepared, sent = null) {
    /** @type {Piece} */
    const piece = {
      ...prepared,
      upload: sent?.upload ?? null,
      sentAt: sent?.sentAt ?? 0,
      usedAt: this.now(),
    };
    await this.#ask("readwrite", (store) => store.put(piece));
    await this.#tidy();
  }

  /**
   * The picture that was kept under this key, or sent as this upload.
   * @param {{key: string} | {upload: string}} wanted
   * @returns {Promise<Piece | null>}
   */
  async find(wanted) {
    return this.#ask("readwrite", (store) => {
      /** @type {IDBRequest<Piece>} */
      const request =
        "key" in wanted ? store.get(wanted.key) : store.index("upload").get(wanted.upload);
      request.onsuccess = () => {
        if (request.result) store.put({ ...request.result, usedAt: this.now() });
      };
      return request;
    });
  }

  async #tidy() {
    /** @type {Piece[]} */
    const pieces = (await this.#ask("readonly", (store) => store.getAll())) ?? [];
    const facts = pieces.map(({ key, blob, usedAt }) => ({ key, bytes: blob.size, usedAt }));
    for (const key of surplus(facts)) await this.#ask("readwrite", (store) => store.delete(key));
  }

  /**
   * @template T
   * @param {IDBTransactionMode} mode
   * @param {(store: IDBObjectStore) => IDBRequest<T>} run
   * @returns {Promise<T | null>} Null if the browser would not.
   */
  async #ask(mode, run) {
    this.#database ??= opened(this.indexedDB);
    const database = await this.#database;
    if (!database) return null;
    return new Promise((resolve) => {
      try {
        const transaction = database.transaction(STORE, mode);
        const request = run(transaction.objectStore(STORE));
        transaction.oncomplete = () => resolve(request.result ?? null);
        transaction.onabort = () => resolve(null);
      } catch {
        // The browser has closed it, as when somebody clears the site's data.
        this.#database = null;
        resolve(null);
      }
    });
  }
}

/**
 * The keys of what there is no room for, the longest unused first.
 * @param {readonly {key: string, bytes: number, usedAt: number}[]} pieces
 */
export function surplus(pieces, { piecesMost = PIECES_MOST, bytesMost = BYTES_MOST } = {}) {
  let bytes = 0;
  return [...pieces]
    .sort((a, b) => b.usedAt - a.usedAt)
    .filter((piece, i) => {
      bytes += piece.bytes;
      return i >= piecesMost || bytes > bytesMost;
    })
    .map(({ key }) => key);
}

/** @param {IDBFactory | undefined} factory @returns {Promise<IDBDatabase | null>} */
function opened(factory) {
  return new Promise((resolve) => {
    try {
      if (!factory) return void resolve(null);
      setTimeout(() => resolve(null), PATIENCE_MS);
      const request = factory.open(DATABASE, 1);
      request.onupgradeneeded = () => {
        const store = request.result.createObjectStore(STORE, { keyPath: "key" });
        store.createIndex("upload", "upload");
      };
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => resolve(null);
      request.onblocked = () => resolve(null);
    } catch {
      resolve(null);
    }
  });
}
