import assert from "node:assert/strict";
import { test } from "node:test";

import { headerOf } from "../../../frontend/studio/ui/pictures/header.js";

const bytes = (...parts) =>
  Uint8Array.from(parts.flatMap((part) => (typeof part === "string" ? [...Buffer.from(part, "latin1")] : part)));
const be = (n, size) => [...Buffer.from(n.toString(16).padStart(2 * size, "0"), "hex")];
const le = (n, size) => be(n, size).reverse();
const chunk = (name, body) => [...be(body.length, 4), ...bytes(name), ...body, 0, 0, 0, 0];

const PNG = "\x89PNG\r\n\x1a\n";
const IHDR = chunk("IHDR", [...be(640, 4), ...be(320, 4), 8, 2, 0, 0, 0]);
const plain = { animated: false, disputed: false };

test("a PNG says its size", () => {
  const file = bytes(PNG, IHDR, chunk("IDAT", [1, 2, 3]), chunk("IEND", []));
  assert.deepEqual(headerOf(file), { type: "image/png", width: 640, height: 320, ...plain });
});

test("an animated PNG says so before its picture", () => {
  const animated = bytes(PNG, IHDR, chunk("acTL", Array(8).fill(0)), chunk("IDAT", [1]));
  assert.equal(headerOf(animated).animated, true);
  const late = bytes(PNG, IHDR, chunk("IDAT", [1]), chunk("acTL", Array(8).fill(0)));
  assert.equal(headerOf(late).animated, false);
});

test("whether a PNG is to be turned is disputed where it has EXIF, wherever that stands", () => {
  assert.equal(headerOf(bytes(PNG, IHDR, chunk("IDAT", [1]), chunk("eXIf", [1]))).disputed, true);
});

test("a JPEG says its size after whatever stands before", () => {
  const exif = [0xff, 0xe1, ...be(6, 2), 1, 2, 3, 4];
  const tables = [0xff, 0xc4, ...be(4, 2), 0, 0];
  const frame = [0xff, 0xff, 0xc2, ...be(11, 2), 8, ...be(480, 2), ...be(800, 2), 3];
  const file = bytes([0xff, 0xd8], exif, tables, frame);
  assert.deepEqual(headerOf(file), { type: "image/jpeg", width: 800, height: 480, ...plain });
});

test("a WebP says its size in three ways", () => {
  const riff = (name, body) => bytes("RIFF", le(4 + 8 + body.length, 4), "WEBP", name, le(body.length, 4), body);
  const lossy = riff("VP8 ", [0, 0, 0, 0x9d, 0x01, 0x2a, ...le(600, 2), ...le(400, 2)]);
  assert.deepEqual(headerOf(lossy), { type: "image/webp", width: 600, height: 400, ...plain });
  const lossless = riff("VP8L", [0x2f, ...le((599 | (399 << 14)) >>> 0, 4)]);
  assert.deepEqual(headerOf(lossless), { type: "image/webp", width: 600, height: 400, ...plain });
  const moving = riff("VP8X", [0x0a, 0, 0, 0, ...le(69_999, 3), ...le(399, 3)]);
  assert.deepEqual(headerOf(moving), {
    type: "image/webp",
    width: 70_000,
    height: 400,
    animated: true,
    disputed: true,
  });
});

test("a GIF says its size, and that it loops", () => {
  const start = bytes("GIF89a", le(320, 2), le(200, 2), [0x80, 0, 0], Array(6).fill(0));
  assert.deepEqual(headerOf(start), { type: "image/gif", width: 320, height: 200, ...plain });
  const loops = bytes(start.reduce((all, one) => [...all, one], []), [0x21, 0xff, 11], "NETSCAPE2.0");
  assert.equal(headerOf(loops).animated, true);
});

test("a HEIC is known by its brand", () => {
  assert.equal(headerOf(bytes(be(24, 4), "ftypheic", [0, 0])).type, "image/heic");
  assert.equal(headerOf(bytes(be(24, 4), "ftypisom", [0, 0])), null);
});

test("what is cut short, or no picture, has no header", () => {
  for (const file of [PNG, "\xff\xd8\xff\xe0", "RIFF0000WEBP", "GIF8", "%PDF-1.7", "", "BM"]) {
    assert.equal(headerOf(bytes(file)), null, file);
  }
});

test("a JPEG that never says its size ends the search", () => {
  assert.equal(headerOf(bytes([0xff, 0xd8], Array(5000).fill(0xff))), null);
  assert.equal(headerOf(bytes([0xff, 0xd8, 0xff, 0xe0, 0, 0], Array(99).fill(0))), null);
});
