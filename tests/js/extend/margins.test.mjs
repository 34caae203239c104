import assert from "node:assert/strict";
import { test } from "node:test";

import { placed, scaleFor } from "../../../frontend/studio/ui/extend/frame_view.js";
import {
  allAround,
  clamped,
  MOST,
  NONE,
  pulled,
  resultOf,
  shapedAs,
  shifted,
  snapped,
  verdict,
} from "../../../frontend/studio/ui/extend/margins.js";
import { limitsOf, WIDEST } from "../../../frontend/studio/ui/pictures/limits.js";

const PICTURE = { width: 900, height: 600 };

test("a side is a whole number from 0 to its most", () => {
  for (const [typed, is] of [[12.6, 13], [-4, 0], [99_999, MOST], [NaN, 0]]) assert.equal(clamped(typed), is);
});

test("sides are pulled outwards, each its own way", () => {
  assert.deepEqual(pulled(NONE, ["left", "up"], { x: -30, y: -20 }), { ...NONE, left: 30, up: 20 });
  assert.deepEqual(pulled(NONE, ["right", "down"], { x: 30, y: 20 }), { ...NONE, right: 30, down: 20 });
  assert.deepEqual(pulled(NONE, ["left"], { x: 30, y: 20 }), { ...NONE, left: -30 });
});

test("a drag beyond the bounds ends at them, and comes back at once", () => {
  const inwards = snapped(pulled(NONE, ["left"], { x: 500, y: 0 }), ["left"], PICTURE, 0);
  assert.deepEqual(inwards.margins, NONE);
  const far = snapped({ ...NONE, up: 9000 }, ["up"], PICTURE, 0);
  assert.equal(far.margins.up, MOST);
});

test("a side holds on to a common shape of the whole, and says which", () => {
  const near = snapped({ ...NONE, up: 296 }, ["up"], PICTURE, 8);
  assert.deepEqual(near, { margins: { ...NONE, up: 300 }, shape: "1:1" });
  const wide = snapped({ ...NONE, right: 164 }, ["right"], PICTURE, 8);
  assert.equal(wide.shape, "16:9");
  assert.equal(wide.margins.right, 167);
});

test("a side holds on to as much as there is on the other", () => {
  const { margins, shape } = snapped({ ...NONE, left: 233, right: 230 }, ["right"], PICTURE, 8);
  assert.equal(margins.right, 233);
  assert.equal(shape, "=");
});

test("far from all of that, it goes where it is dragged", () => {
  const { margins, shape } = snapped({ ...NONE, up: 40.4 }, ["up"], PICTURE, 8);
  assert.deepEqual(margins, { ...NONE, up: 40 });
  assert.equal(shape, "");
});

test("a picture is moved within its frame and no further", () => {
  const frame = { left: 100, right: 50, up: 0, down: 80 };
  assert.deepEqual(shifted(frame, { x: 20, y: 30 }), { left: 120, right: 30, up: 30, down: 50 });
  assert.deepEqual(shifted(frame, { x: 500, y: -9 }), { left: 150, right: 0, up: 0, down: 80 });
});

test("a preset is the smallest frame of its shape, with the picture in the middle", () => {
  assert.deepEqual(shapedAs(PICTURE, 1, 1), { left: 0, right: 0, up: 150, down: 150 });
  assert.deepEqual(shapedAs(PICTURE, 16, 9), { left: 83, right: 84, up: 0, down: 0 });
  assert.deepEqual(shapedAs(PICTURE, 3, 2), NONE);
  assert.deepEqual(allAround(PICTURE, 0.25), { left: 225, right: 225, up: 150, down: 150 });
});

test("no preset asks for more than a side may grow", () => {
  const { up, down } = shapedAs({ width: 4000, height: 1000 }, 9, 16);
  assert.deepEqual([up, down], [MOST, MOST]);
});

test("a frame that is too long is refused, one that is too large is said to be scaled down", () => {
  const nova = limitsOf([{ side_min: 320, side_max: 4096, pixels_max: 4_194_304, ratio_max: 4 }]);
  const long = verdict({ width: 1000, height: 300 }, { ...NONE, left: 300 }, nova);
  assert.match(long.refused, /more than 4 times/);
  const large = verdict({ width: 2000, height: 1500 }, { ...NONE, left: 1500 }, nova);
  assert.match(large.note, /scaled down to 3128 × 1340/);
  assert.equal(large.refused, "");
  assert.deepEqual(verdict(PICTURE, { ...NONE, left: 100 }, WIDEST), { note: "", refused: "" });
});

test("at rest there is room around the frame; while it is dragged it only shrinks", () => {
  const stage = { width: 360, height: 320 };
  const rest = scaleFor(PICTURE, NONE, stage, null);
  assert.ok(PICTURE.width * rest < stage.width * 0.8);
  assert.equal(scaleFor(PICTURE, { ...NONE, right: 50 }, stage, rest), rest);
  const far = scaleFor(PICTURE, { ...NONE, right: 2000 }, stage, rest);
  const { width } = resultOf(PICTURE, { ...NONE, right: 2000 });
  assert.ok(far < rest && width * far <= stage.width);
});

test("the picture lies in its frame, and the frame in the middle of the stage", () => {
  const margins = { left: 100, right: 0, up: 60, down: 0 };
  const { frame, picture } = placed(PICTURE, margins, { width: 400, height: 300 }, 0.25);
  assert.deepEqual(frame, { left: 75, top: 67.5, width: 250, height: 165 });
  assert.deepEqual(picture, { left: 25, top: 15, width: 225, height: 150 });
});

test("while a side is dragged the picture keeps its place, until the frame meets the stage's edge", () => {
  const stage = { width: 400, height: 300 };
  const at = { x: 87.5, y: 75 };
  const wider = placed(PICTURE, { ...NONE, right: 200 }, stage, 0.25, at);
  assert.equal(wider.frame.left, at.x);
  assert.equal(wider.frame.left + wider.frame.width, at.x + 275);
  const widest = placed(PICTURE, { ...NONE, right: 500 }, stage, 0.25, at);
  assert.equal(widest.frame.left + widest.frame.width, 390);
});
