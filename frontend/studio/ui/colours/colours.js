/** Colours: hex digits, palettes to begin with, and those that a picture is made of. */

/** @typedef {string} Colour Such as `#1d3557`. */

/** How different two colours must be, for both to count, in steps of one of their parts. */
const APART = 48;
/** Bits of each part by which pixels are put together. */
const BITS = 4;

/**
 * What was typed as a colour, or null if it is none.
 * @param {string} typed
 * @returns {Colour | null}
 */
export function colourOf(typed) {
  const digits = typed.trim().replace(/^#/, "").toLowerCase();
  if (/^[0-9a-f]{6}$/.test(digits)) return `#${digits}`;
  if (/^[0-9a-f]{3}$/.test(digits)) return `#${digits.replace(/./g, "$&$&")}`;
  return null;
}

/**
 * The colours of which a picture has most, as far as they differ from each other.
 * @param {Uint8ClampedArray} pixels Red, green, blue and alpha of each.
 * @param {number} most
 * @returns {Colour[]}
 */
export function dominant(pixels, most) {
  /** @type {Map<number, {n: number, sum: [number, number, number]}>} */
  const buckets = new Map();
  for (let i = 0; i < pixels.length; i += 4) {
    if (pixels[i + 3] < 128) continue;
    const [red, green, blue] = [pixels[i], pixels[i + 1], pixels[i + 2]];
    const shift = 8 - BITS;
    const number = ((red >> shift) << (2 * BITS)) | ((green >> shift) << BITS) | (blue >> shift);
    const bucket = buckets.get(number) ?? { n: 0, sum: [0, 0, 0] };
    bucket.n += 1;
    bucket.sum[0] += red;
    bucket.sum[1] += green;
    bucket.sum[2] += blue;
    buckets.set(number, bucket);
  }
  /** @type {number[][]} */
  const found = [];
  for (const { n, sum } of [...buckets.values()].sort((a, b) => b.n - a.n)) {
    const mean = sum.map((part) => Math.round(part / n));
    if (found.every((other) => distance(other, mean) >= APART)) found.push(mean);
    if (found.length === most) break;
  }
  return found.map((parts) => `#${parts.map((part) => part.toString(16).padStart(2, "0")).join("")}`);
}

/** @param {number[]} one @param {number[]} other */
function distance(one, other) {
  return Math.hypot(...one.map((part, i) => part - other[i]));
}
