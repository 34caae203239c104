/** Headers: what the first bytes of a picture say of it, before anything of it is decoded. */

/**
 * @typedef {object} Header
 * @property {string} type Its media type, whatever its file is called.
 * @property {number} width As it is stored: a camera held upright may have turned it. 0 if unknown.
 * @property {number} height
 * @property {boolean} animated Whether it is more than one picture.
 * @property {boolean} disputed Whether it may say how it is to be turned in a way that programs
 *   differ on: all heed the orientation of a JPEG, and some that of others.
 */

/** Kinds of ISO media file (ISO/IEC 14496-12, `ftyp`) that are pictures. */
const BRANDS = new Map([
  ...["avif", "avis"].map((brand) => /** @type {const} */ ([brand, "image/avif"])),
  ...["heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1"].map(
    (brand) => /** @type {const} */ ([brand, "image/heic"]),
  ),
]);

/**
 * @param {Uint8Array} bytes
 * @returns {Header | null} Null for what begins like no picture that we know.
 */
export function headerOf(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    return png(view) ?? jpeg(view) ?? webp(view) ?? gif(view) ?? media(view) ?? bitmap(view);
  } catch (error) {
    // It ends in the middle of its own header.
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** @param {DataView} view @param {number} at @param {number} length */
function text(view, at, length) {
  let read = "";
  for (let i = at; i < at + length; i++) read += String.fromCharCode(view.getUint8(i));
  return read;
}

/** @param {DataView} view @param {number} at @param {string} wanted */
function says(view, at, wanted) {
  return view.byteLength >= at + wanted.length && text(view, at, wanted.length) === wanted;
}

/** @param {DataView} view @returns {Header | null} */
function png(view) {
  if (!says(view, 0, "\x89PNG\r\n\x1a\n")) return null;
  return {
    type: "image/png",
    width: view.getUint32(16),
    height: view.getUint32(20),
    animated: hasChunk(view, "acTL", "IDAT"),
    disputed: hasChunk(view, "eXIf"),
  };
}

/** Whether a PNG has a chunk before another. */
function hasChunk(/** @type {DataView} */ view, /** @type {string} */ wanted, before = "IEND") {
  for (let at = 8; at + 8 <= view.byteLength; at += 12 + view.getUint32(at)) {
    const name = text(view, at + 4, 4);
    if (name === wanted) return true;
    if (name === before) return false;
  }
  return false;
}

/** Markers of a JPEG after which there is no length, and those of a frame (ITU T.81, table B.1). */
const BARE = (/** @type {number} */ marker) => marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8);
const FRAME = (/** @type {number} */ marker) =>
  marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);

/** @param {DataView} view @returns {Header | null} */
function jpeg(view) {
  if (!says(view, 0, "\xff\xd8\xff")) return null;
  let at = 2;
  for (;;) {
    // Any number of fill bytes may stand before a marker.
    while (view.getUint8(at) === 0xff && view.getUint8(at + 1) === 0xff) at += 1;
    const marker = view.getUint8(at + 1);
    if (FRAME(marker)) {
      const [height, width] = [view.getUint16(at + 5), view.getUint16(at + 7)];
      return { type: "image/jpeg", width, height, animated: false, disputed: false };
    }
    at += 2 + (BARE(marker) ? 0 : view.getUint16(at + 2));
  }
}

/** @param {DataView} view @returns {Header | null} */
function webp(view) {
  if (!says(view, 0, "RIFF") || !says(view, 8, "WEBP")) return null;
  const type = "image/webp";
  switch (text(view, 12, 4)) {
    case "VP8X":
      return {
        type,
        width: 1 + (view.getUint32(24, true) & 0xffffff),
        height: 1 + (view.getUint32(26, true) >>> 8),
        animated: (view.getUint8(20) & 0x02) !== 0,
        disputed: (view.getUint8(20) & 0x08) !== 0,
      };
    case "VP8L": {
      const bits = view.getUint32(21, true);
      const [width, height] = [1 + (bits & 0x3fff), 1 + ((bits >>> 14) & 0x3fff)];
      return { type, width, height, animated: false, disputed: false };
    }
    default: {
      const [width, height] = [26, 28].map((at) => view.getUint16(at, true) & 0x3fff);
      return { type, width, height, animated: false, disputed: false };
    }
  }
}

/** @param {DataView} view @returns {Header | null} */
function gif(view) {
  if (!says(view, 0, "GIF8")) return null;
  const [width, height] = [6, 8].map((at) => view.getUint16(at, true));
  // Nothing short of reading all of it tells how many pictures there are; a loop tells of several.
  const table = view.getUint8(10) & 0x80 ? 3 << ((view.getUint8(10) & 0x07) + 1) : 0;
  const animated = says(view, 16 + table, "NETSCAPE2.0");
  return { type: "image/gif", width, height, animated, disputed: false };
}

/** @param {DataView} view @returns {Header | null} */
function media(view) {
  const brand = says(view, 4, "ftyp") ? text(view, 8, 4) : "";
  const type = BRANDS.get(brand);
  if (!type) return null;
  return { type, width: 0, height: 0, animated: brand === "avis", disputed: true };
}

/** @param {DataView} view @returns {Header | null} */
function bitmap(view) {
  if (!says(view, 0, "BM")) return null;
  const [width, height] = [18, 22].map((at) => Math.abs(view.getInt32(at, true)));
  return { type: "image/bmp", width, height, animated: false, disputed: false };
}
