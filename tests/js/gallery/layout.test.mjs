import assert from "node:assert/strict";
import { test } from "node:test";

import { hang } from "../../../frontend/studio/ui/gallery/layout.js";

const FRAME = { width: 1000, height: 200, gap: 10, near: 2 };
const shapes = (...ratios) => ratios.map((ratio) => ({ ratio, together: false }));

/** Ratios as pictures have them, the same in every run. */
function mixed(n) {
  const ratios = [1, 16 / 9, 2 / 3, 4, 1 / 4, 3 / 2];
  return shapes(...Array.from({ length: n }, (_, i) => ratios[(i * 7 + (i >> 2)) % 6]));
}

function rowsOf(boxes) {
  const rows = [];
  for (const box of boxes) (rows[box.row] ??= []).push(box);
  return rows;
}

test("every picture keeps its shape", () => {
  const some = mixed(60);
  hang(some, FRAME).boxes.forEach(({ width, height }, i) => {
    assert.ok(Math.abs(width / height - some[i].ratio) < 1e-9);
  });
});

test("all rows but the last are as wide as the wall", () => {
  const rows = rowsOf(hang(mixed(60), FRAME).boxes);
  for (const row of rows.slice(0, -1)) {
    const { left, width } = row.at(-1);
    assert.ok(Math.abs(left + width - FRAME.width) < 1e-6);
  }
});

test("no picture is wider than the wall, on a phone, too", () => {
  const phone = { ...FRAME, width: 358, height: 150 };
  for (const { left, width } of hang(mixed(80), phone).boxes) assert.ok(left + width <= 358 + 1e-6);
});

test("rows are about as high as wished", () => {
  const rows = rowsOf(hang(mixed(200), FRAME).boxes);
  const heights = rows.slice(0, -1).map(([{ height }]) => height);
  for (const height of heights) assert.ok(height > 100 && height <= 320, `${height}`);
  const mean = heights.reduce((sum, height) => sum + height) / heights.length;
  assert.ok(Math.abs(mean - 200) < 20, `${mean}`);
});

test("rows and pictures do not overlap", () => {
  const rows = rowsOf(hang(mixed(40), FRAME).boxes);
  rows.forEach((row, r) => {
    row.forEach(({ left }, i) => {
      if (i > 0) assert.ok(left >= row[i - 1].left + row[i - 1].width);
    });
    if (r > 0) assert.ok(row[0].top >= rows[r - 1][0].top + rows[r - 1][0].height);
  });
});

test("a last row that is not full is not blown up", () => {
  const { boxes, height } = hang(shapes(1), FRAME);
  assert.deepEqual(boxes, [{ left: 0, top: 0, width: 200, height: 200, row: 0 }]);
  assert.equal(height, 200);
});

test("the pictures of a job stand closer, and in one row if that costs little", () => {
  // Two of these in a row are a little too high, and three a little too low.
  for (const parted of [2, 3, 5, 6, 8]) {
    const some = shapes(2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2);
    some[parted].together = true;
    const rows = rowsOf(hang(some, FRAME).boxes);
    assert.ok(!rows.some((_, r) => rows.slice(0, r).flat().length === parted));
  }
  const pair = hang([{ ratio: 1, together: false }, { ratio: 1, together: true }], FRAME).boxes;
  assert.equal(pair[1].left - pair[0].width, FRAME.near);
});

test("no pictures need no room", () => {
  assert.deepEqual(hang([], FRAME), { boxes: [], height: 0 });
});
