/** A mask as a PNG of one bit a pixel: black and white, without alpha (PNG specification, W3C).
 *
 * It is written here because a canvas would add alpha, and because browsers that hide who their user
 * is put noise into what is read from a canvas.
 */

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** Bytes of a block that is stored as it is (RFC 1951, 3.2.4). */
const STORED_MOST = 0xffff;

/**
 * @param {{width: number, height: number, data: Uint8Array}} mask
 * @returns {Promise<Blob>}
 */
export async function pngOf({ width, height, data }) {
  const header = new DataView(new ArrayBuffer(13));
  header.setUint32(0, width);
  header.setUint32(4, height);
  // One bit a pixel; grey, deflated, not interlaced are all 0.
  header.setUint8(8, 1);
  const packed = await deflated(rows({ width, height, data }));
  const parts = [
    Uint8Array.from(SIGNATURE),
    chunk("IHDR", new Uint8Array(header.buffer)),
    chunk("IDAT", packed),
    chunk("IEND", new Uint8Array()),
  ];
  return new Blob(parts, { type: "image/png" });
}

/** The rows of pixels, each after the number of its filter, which is none. */
function rows(/** @type {{width: number, height: number, data: Uint8Array}} */ { width, height, data }) {
  const stride = 1 + Math.ceil(width / 8);
  const out = new Uint8Array(stride * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (data[y * width + x]) out[y * stride + 1 + (x >> 3)] |= 0x80 >> (x & 7);
    }
  }
  return out;
}

/** @param {string} name @param {Uint8Array} body */
function chunk(name, body) {
  const out = new Uint8Array(12 + body.length);
  const view = new DataView(out.buffer);
  view.setUint32(0, body.length);
  for (let i = 0; i < 4; i++) out[4 + i] = name.charCodeAt(i);
  out.set(body, 8);
  view.setUint32(8 + body.length, crc(out.subarray(4, 8 + body.length)));
  return out;
}

/** The check sum of a chunk (PNG specification, annex D). @param {Uint8Array} bytes */
function crc(bytes) {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  }
  return ~sum >>> 0;
}

/** As zlib has it (RFC 1950). @param {Uint8Array<ArrayBuffer>} bytes */
async function deflated(bytes) {
  if (typeof CompressionStream === "undefined") return storedPlainly(bytes);
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** For browsers that cannot compress. @param {Uint8Array} bytes */
export function storedPlainly(bytes) {
  const blocks = Math.max(1, Math.ceil(bytes.length / STORED_MOST));
  const out = new Uint8Array(2 + bytes.length + 5 * blocks + 4);
  const view = new DataView(out.buffer);
  out.set([0x78, 0x01]);
  let at = 2;
  for (let block = 0; block < blocks; block++) {
    const part = bytes.subarray(block * STORED_MOST, (block + 1) * STORED_MOST);
    out[at] = block === blocks - 1 ? 1 : 0;
    view.setUint16(at + 1, part.length, true);
    view.setUint16(at + 3, ~part.length & 0xffff, true);
    out.set(part, at + 5);
    at += 5 + part.length;
  }
  view.setUint32(at, adler(bytes));
  return out;
}

/** The check sum of what zlib packs (RFC 1950, 8.2). @param {Uint8Array} bytes */
function adler(bytes) {
  let [a, b] = [1, 0];
  for (const byte of bytes) {
    a = (a + byte) % 65521;
    b = (b + a) % 65521;
  }
  return ((b << 16) | a) >>> 0;
}
