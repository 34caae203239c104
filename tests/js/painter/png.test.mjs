import assert from "node:assert/strict";
import { test } from "node:test";
import { inflateSync } from "node:zlib";

import { pngOf, storedPlainly } from "../../../frontend/studio/ui/painter/png.js";

function chunks(bytes) {
  const found = {};
  for (let at = 8; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    found[bytes.toString("latin1", at + 4, at + 8)] = bytes.subarray(at + 8, at + 8 + length);
    at += 12 + length;
  }
  return found;
}

test("a mask is a PNG of its size, one bit a pixel, with white where it changes", async () => {
  const data = new Uint8Array(10 * 2);
  data[0] = data[9] = data[11] = 255;
  const blob = await pngOf({ width: 10, height: 2, data });
  assert.equal(blob.type, "image/png");
  const bytes = Buffer.from(await blob.arrayBuffer());
  assert.equal(bytes.toString("latin1", 0, 8), "\x89PNG\r\n\x1a\n");
  const { IHDR, IDAT, IEND } = chunks(bytes);
  assert.deepEqual([IHDR.readUInt32BE(0), IHDR.readUInt32BE(4), ...IHDR.subarray(8)], [10, 2, 1, 0, 0, 0, 0]);
  assert.deepEqual([...inflateSync(IDAT)], [0, 0b10000000, 0b01000000, 0, 0b01000000, 0]);
  assert.equal(IEND.length, 0);
  // The check sum of an empty IEND is known.
  assert.equal(bytes.subarray(-4).toString("hex"), "ae426082");
});

test("a browser that cannot compress stores it, in blocks", () => {
  for (const length of [0, 1, 65_535, 65_536, 200_000]) {
    const bytes = Uint8Array.from({ length }, (_, i) => i * 7);
    assert.deepEqual(new Uint8Array(inflateSync(storedPlainly(bytes))), bytes, `${length}`);
  }
});
