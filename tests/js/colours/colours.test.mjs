import assert from "node:assert/strict";
import { test } from "node:test";

import { colourOf, dominant } from "../../../frontend/studio/ui/colours/colours.js";
import { palettes } from "../../../frontend/studio/ui/colours/palettes.js";

/** The pixels of a picture that has so many of each colour. */
function pixels(...parts) {
  return Uint8ClampedArray.from(parts.flatMap(([n, ...rgba]) => Array(n).fill(rgba).flat()));
}

test("a colour is typed with or without its sign, in three digits or six, in any case", () => {
  for (const typed of ["#1D3557", "1d3557", "  #1d3557 "]) assert.equal(colourOf(typed), "#1d3557");
  assert.equal(colourOf("#fA0"), "#ffaa00");
  for (const typed of ["", "#12345", "#1234567", "red", "#12345g", "##123456"]) {
    assert.equal(colourOf(typed), null, typed);
  }
});

test("the colours of a picture are those it has most of, the most frequent first", () => {
  const picture = pixels([10, 200, 30, 30, 255], [50, 20, 40, 160, 255], [30, 240, 240, 230, 255]);
  assert.deepEqual(dominant(picture, 5), ["#1428a0", "#f0f0e6", "#c81e1e"]);
  assert.deepEqual(dominant(picture, 1), ["#1428a0"]);
});

test("shades that can hardly be told apart are one colour", () => {
  const picture = pixels([50, 100, 100, 100, 255], [40, 118, 104, 100, 255], [1, 200, 40, 40, 255]);
  assert.deepEqual(dominant(picture, 5), ["#646464", "#c82828"]);
});

test("what is transparent has no colour", () => {
  const picture = pixels([90, 255, 0, 0, 0], [10, 0, 128, 0, 255]);
  assert.deepEqual(dominant(picture, 5), ["#008000"]);
  assert.deepEqual(dominant(pixels([9, 1, 2, 3, 0]), 5), []);
});

test("every palette is made of colours that a task takes", () => {
  for (const { name, colours } of palettes()) {
    assert.ok(name);
    assert.ok(colours.length >= 3 && colours.length <= 10);
    for (const colour of colours) assert.equal(colourOf(colour), colour);
  }
});
