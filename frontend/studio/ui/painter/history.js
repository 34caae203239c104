/** The history of a mask: what each step changed, as the tiles it touched, within a bound of memory. */

import { clipped } from "./shapes.js";

/** A side of a tile, in pixels. */
export const TILE = 128;
export const BYTES_MOST = 24_000_000;
/** Roughly what a tile costs that has one value all over. */
const PLAIN_BYTES = 16;

/**
 * @typedef {import("./mask.js").Mask} Mask
 * @typedef {import("./shapes.js").Rect} Rect
 * @typedef {Uint8Array | number} Tile A tile's pixels; a number is the value of all of them.
 * @typedef {Map<number, Tile>} Step What the touched tiles were before, by their number.
 */

export class History {
  /** @type {Step[]} */
  #done = [];
  /** @type {Step[]} */
  #undone = [];
  /** @type {Step | null} */
  #open = null;

  /** @param {Mask} mask @param {number} [bytesMost] */
  constructor(mask, bytesMost = BYTES_MOST) {
    this.mask = mask;
    this.bytesMost = bytesMost;
    this.across = Math.ceil(mask.width / TILE);
  }

  get canUndo() {
    return this.#done.length > 0;
  }

  get canRedo() {
    return this.#undone.length > 0;
  }

  /** Bytes that it holds. */
  get bytes() {
    return [...this.#done, ...this.#undone].reduce((sum, step) => sum + bytesOf(step), 0);
  }

  /** A step begins, such as a stroke. */
  begin() {
    this.#open = new Map();
  }

  /** The step is about to change this part. @param {Rect} rect */
  touch(rect) {
    for (const number of this.#tilesIn(rect)) {
      if (!this.#open?.has(number)) this.#open?.set(number, this.#read(number));
    }
  }

  /** The step is done. Steps that there is no room for are forgotten, the oldest first. */
  end() {
    const step = this.#open;
    this.#open = null;
    if (!step || step.size === 0) return;
    this.#undone = [];
    this.#done.push(step);
    while (this.#done.length > 1 && this.bytes > this.bytesMost) this.#done.shift();
  }

  /** The step is not done after all: all is as it was. @returns {Rect | null} What has changed. */
  cancel() {
    const step = this.#open;
    this.#open = null;
    return step && this.#restore(step, null);
  }

  /** @returns {Rect | null} What has changed. */
  undo() {
    const step = this.#done.pop();
    return step ? this.#restore(step, this.#undone) : null;
  }

  /** @returns {Rect | null} What has changed. */
  redo() {
    const step = this.#undone.pop();
    return step ? this.#restore(step, this.#done) : null;
  }

  /**
   * Put tiles back, and what they replace onto the other pile.
   * @param {Step} step @param {Step[] | null} other
   * @returns {Rect | null}
   */
  #restore(step, other) {
    /** @type {Step} */
    const replaced = new Map();
    /** @type {Rect | null} */
    let changed = null;
    for (const [number, tile] of step) {
      if (other) replaced.set(number, this.#read(number));
      this.#write(number, tile);
      changed = joined(changed, this.#rectOf(number));
    }
    other?.push(replaced);
    return changed;
  }

  /** @param {Rect} rect */
  *#tilesIn(rect) {
    const { left, top, right, bottom } = clipped(rect, this.mask);
    for (let row = Math.floor(top / TILE); row * TILE < bottom; row++) {
      for (let column = Math.floor(left / TILE); column * TILE < right; column++) {
        yield row * this.across + column;
      }
    }
  }

  /** @param {number} number @returns {Rect} */
  #rectOf(number) {
    const left = (number % this.across) * TILE;
    const top = Math.floor(number / this.across) * TILE;
    return clipped({ left, top, right: left + TILE, bottom: top + TILE }, this.mask);
  }

  /** @param {number} number @returns {Tile} */
  #read(number) {
    const { left, top, right, bottom } = this.#rectOf(number);
    const [width, stride] = [right - left, this.mask.width];
    const pixels = new Uint8Array(width * (bottom - top));
    for (let y = top; y < bottom; y++) {
      const row = this.mask.data.subarray(y * stride + left, y * stride + right);
      pixels.set(row, (y - top) * width);
    }
    return pixels.every((value) => value === pixels[0]) ? pixels[0] : pixels;
  }

  /** @param {number} number @param {Tile} tile */
  #write(number, tile) {
    const { left, top, right, bottom } = this.#rectOf(number);
    const [width, stride] = [right - left, this.mask.width];
    for (let y = top; y < bottom; y++) {
      const row = this.mask.data.subarray(y * stride + left, y * stride + right);
      if (typeof tile === "number") row.fill(tile);
      else row.set(tile.subarray((y - top) * width, (y - top + 1) * width));
    }
  }
}

/** @param {Step} step */
function bytesOf(step) {
  let bytes = 0;
  for (const tile of step.values()) bytes += typeof tile === "number" ? PLAIN_BYTES : tile.length;
  return bytes;
}

/** The smallest rectangle around both. @param {Rect | null} one @param {Rect} other @returns {Rect} */
function joined(one, other) {
  if (!one) return other;
  return {
    left: Math.min(one.left, other.left),
    top: Math.min(one.top, other.top),
    right: Math.max(one.right, other.right),
    bottom: Math.max(one.bottom, other.bottom),
  };
}
