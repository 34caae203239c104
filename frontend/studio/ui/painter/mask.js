/** The mask: one byte for each pixel of the picture, white where it is to change. */

import { clipped } from "./shapes.js";

/**
 * @typedef {import("./shapes.js").Rect} Rect
 * @typedef {import("./shapes.js").Shape} Shape
 */

export const KEEP = 0;
export const CHANGE = 255;

export class Mask {
  /** @param {number} width @param {number} height */
  constructor(width, height) {
    this.width = width;
    this.height = height;
    this.data = new Uint8Array(width * height);
  }

  /** @returns {Rect} */
  get whole() {
    return { left: 0, top: 0, right: this.width, bottom: this.height };
  }

  /**
   * @param {Shape} shape
   * @param {number} value
   */
  paint({ rect, spans }, value) {
    const { top, bottom } = clipped(rect, this);
    for (let y = top; y < bottom; y++) {
      for (const [from, to] of spans(y)) {
        const [left, right] = [Math.max(0, from), Math.min(this.width, to)];
        if (left < right) this.data.fill(value, y * this.width + left, y * this.width + right);
      }
    }
  }

  invert() {
    for (let i = 0; i < this.data.length; i++) this.data[i] ^= CHANGE;
  }

  clear() {
    this.data.fill(KEEP);
  }

  /** How much of the picture changes, from 0 to 1. */
  share() {
    let white = 0;
    for (let i = 0; i < this.data.length; i++) white += this.data[i] & 1;
    return white / this.data.length;
  }
}
