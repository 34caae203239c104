import assert from "node:assert/strict";
import { test } from "node:test";

import {
  closeUp, fitted, moved, WHOLE, zoomed,
} from "../../../frontend/studio/ui/gallery/view.js";

const SIZES = { picture: { width: 2000, height: 1000 }, stage: { width: 1000, height: 800 } };
const MIDDLE = { x: 0, y: 0 };

test("the whole picture is seen, and a small one is not blown up", () => {
  assert.deepEqual(fitted(SIZES.picture, SIZES.stage), { width: 1000, height: 500 });
  assert.deepEqual(fitted({ width: 300, height: 100 }, SIZES.stage), { width: 300, height: 100 });
});

test("what one points at stays where it is while one goes in", () => {
  const at = { x: 200, y: 100 };
  const view = zoomed(WHOLE, 3, at, SIZES);
  // The point of the picture under the pointer, before and after.
  const before = { x: at.x / 1, y: at.y / 1 };
  const after = { x: (at.x - view.x) / view.scale, y: (at.y - view.y) / view.scale };
  assert.ok(Math.abs(before.x - after.x) < 1e-9 && Math.abs(before.y - after.y) < 1e-9);
});

test("one goes no further out than the whole, and in until pixels are large", () => {
  assert.deepEqual(zoomed(WHOLE, 0.1, { x: 50, y: 50 }, SIZES), { ...WHOLE });
  assert.equal(zoomed(WHOLE, 1000, MIDDLE, SIZES).scale, 8);
});

test("the picture is not pushed off the stage", () => {
  const near = zoomed(WHOLE, 2, MIDDLE, SIZES);
  assert.deepEqual(moved(near, { x: 9999, y: -9999 }, SIZES), { scale: 2, x: 500, y: -100 });
  assert.deepEqual(moved(WHOLE, { x: 10, y: 10 }, SIZES), { ...WHOLE });
});

test("close up, a pixel of the picture is one of the screen, or twice the whole", () => {
  assert.equal(closeUp(SIZES), 2);
  assert.equal(closeUp({ ...SIZES, picture: { width: 8000, height: 100 } }), 8);
  assert.equal(closeUp({ ...SIZES, picture: { width: 100, height: 100 } }), 2);
});
