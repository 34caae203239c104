import assert from "node:assert/strict";
import { test } from "node:test";

import { Easel } from "../../../frontend/studio/ui/painter/easel.js";
import { placeOf, sizeAt, SIZES } from "../../../frontend/studio/ui/painter/toolbar.js";

function easel(width = 40, height = 30) {
  const told = { changed: 0, outline: [] };
  const made = new Easel({
    repaint: () => {},
    outline: (points) => (told.outline = points),
    changed: () => (told.changed += 1),
  });
  made.begin(width, height);
  made.size = 6;
  const white = () => made.mask.data.filter((value) => value === 255).length;
  return { made, told, white };
}

function draw(made, tool, ...points) {
  made.tool = tool;
  made.press(points[0]);
  made.move(points.slice(1));
  made.lift();
}

const at = (x, y) => ({ x, y });

test("a stroke is one step, whatever it crosses", () => {
  const { made, told, white } = easel();
  draw(made, "brush", at(5, 5), at(30, 5), at(5, 20));
  assert.ok(white() > 100);
  assert.equal(told.changed, 1);
  made.undo();
  assert.equal(white(), 0);
  made.redo();
  assert.ok(white() > 100);
});

test("the eraser takes away, and so does any tool that is told to", () => {
  const { made, white } = easel();
  made.invert();
  draw(made, "eraser", at(20, 15));
  const once = white();
  assert.ok(once < 40 * 30);
  made.tool = "rectangle";
  made.press(at(0, 0), { erase: true });
  made.move([at(10, 10)]);
  made.lift();
  assert.equal(white(), once - 100);
});

test("a rectangle and a lasso are drawn around before they are filled", () => {
  const { made, told, white } = easel();
  made.tool = "rectangle";
  made.press(at(2, 2));
  made.move([at(12, 7)]);
  assert.deepEqual(told.outline, [at(2, 2), at(12, 2), at(12, 7), at(2, 7)]);
  assert.equal(white(), 0);
  made.lift();
  assert.equal(white(), 50);
  assert.deepEqual(told.outline, []);
  draw(made, "lasso", at(20, 10), at(30, 10), at(30, 20), at(20, 20));
  assert.equal(white(), 150);
});

test("what is broken off has never been", () => {
  const { made, told, white } = easel();
  made.press(at(5, 5));
  made.move([at(20, 5)]);
  made.cancel();
  assert.equal(white(), 0);
  assert.equal(made.canUndo, false);
  assert.equal(told.changed, 0);
  made.lift();
  assert.equal(told.changed, 0);
});

test("undo in the middle of a stroke breaks it off first", () => {
  const { made, white } = easel();
  draw(made, "brush", at(5, 5));
  const one = white();
  made.press(at(30, 20));
  made.undo();
  assert.equal(made.busy, false);
  assert.equal(white(), 0);
  made.redo();
  assert.equal(white(), one);
});

test("a mask that was painted before is where one begins", () => {
  const { made, told, white } = easel(4, 2);
  draw(made, "brush", at(1, 1));
  told.changed = 0;
  made.load(Uint8Array.of(255, 0, 0, 0, 0, 0, 0, 255));
  assert.equal(white(), 2);
  assert.equal(made.canUndo, false);
  assert.equal(told.changed, 0);
});

test("nothing can be painted where there is no picture", () => {
  const { made } = easel();
  made.end();
  draw(made, "brush", at(5, 5));
  made.invert();
  made.undo();
  assert.equal(made.mask, null);
});

test("the slider reaches every size from a dot to the largest, finer among the small", () => {
  assert.equal(sizeAt(0, 600), 2);
  assert.equal(sizeAt(SIZES, 600), 600);
  assert.ok(sizeAt(SIZES / 2, 600) < 300);
  for (const size of [4, 40, 200]) assert.ok(Math.abs(sizeAt(placeOf(size, 600), 600) - size) <= size * 0.04);
});
