import assert from "node:assert/strict";
import { test } from "node:test";

import { History, TILE } from "../../../frontend/studio/ui/painter/history.js";
import { CHANGE, Mask } from "../../../frontend/studio/ui/painter/mask.js";
import { rectangle, stroke } from "../../../frontend/studio/ui/painter/shapes.js";

function canvas(width = 300, height = 200, bytesMost = undefined) {
  const mask = new Mask(width, height);
  return { mask, history: new History(mask, bytesMost) };
}

function step({ mask, history }, ...shapes) {
  history.begin();
  for (const shape of shapes) {
    history.touch(shape.rect);
    mask.paint(shape, CHANGE);
  }
  history.end();
}

const dab = (x, y, radius = 10) => stroke({ x, y }, { x, y }, radius);
const copy = ({ data }) => Uint8Array.from(data);

test("every step can be taken back and done again, pixel by pixel", () => {
  const { mask, history } = canvas();
  const states = [copy(mask)];
  for (const [x, y] of [[20, 20], [125, 130], [299, 199], [25, 25]]) {
    step({ mask, history }, dab(x, y), dab(x + 30, y));
    states.push(copy(mask));
  }
  for (const state of states.slice(0, -1).reverse()) {
    history.undo();
    assert.deepEqual(mask.data, state);
  }
  assert.equal(history.canUndo, false);
  for (const state of states.slice(1)) {
    history.redo();
    assert.deepEqual(mask.data, state);
  }
  assert.equal(history.canRedo, false);
});

test("nothing to take back, or to do again, changes nothing", () => {
  const { mask, history } = canvas();
  assert.equal(history.undo(), null);
  assert.equal(history.redo(), null);
  assert.equal(mask.share(), 0);
});

test("a new step ends what could be done again", () => {
  const here = canvas();
  step(here, dab(20, 20));
  here.history.undo();
  step(here, dab(90, 90));
  assert.equal(here.history.canRedo, false);
});

test("a step that touched nothing is none", () => {
  const here = canvas();
  here.history.begin();
  here.history.end();
  step(here, dab(-500, -500));
  assert.equal(here.history.canUndo, false);
});

test("a stroke that is broken off leaves no trace", () => {
  const { mask, history } = canvas();
  step({ mask, history }, dab(20, 20));
  const before = copy(mask);
  history.begin();
  history.touch(dab(30, 30).rect);
  mask.paint(dab(30, 30), CHANGE);
  history.cancel();
  assert.deepEqual(mask.data, before);
  history.undo();
  assert.equal(mask.share(), 0);
});

test("what changed is told, so that no more is drawn again", () => {
  const here = canvas(4 * TILE, 2 * TILE);
  step(here, dab(TILE + 20, 20));
  assert.deepEqual(here.history.undo(), { left: TILE, top: 0, right: 2 * TILE, bottom: TILE });
});

test("tiles of one value cost next to nothing", () => {
  const { mask, history } = canvas(2048, 2048);
  for (let i = 0; i < 20; i++) {
    history.begin();
    history.touch(mask.whole);
    mask.invert();
    history.end();
  }
  assert.ok(history.bytes < 100_000, `${history.bytes}`);
  while (history.canUndo) history.undo();
  assert.equal(mask.share(), 0);
});

test("memory is bounded: the oldest steps are forgotten, and the last never is", () => {
  const here = canvas(512, 512, 3 * TILE * TILE);
  for (let i = 0; i < 9; i++) step(here, dab(30 + 50 * i, 60));
  assert.ok(here.history.bytes <= 3 * TILE * TILE);
  const steps = [];
  while (here.history.canUndo) steps.push(here.history.undo());
  assert.ok(steps.length >= 1 && steps.length < 9);

  const tight = canvas(512, 512, 1);
  step(tight, rectangle({ x: 5, y: 5 }, { x: 500, y: 500 }));
  step(tight, dab(60, 60));
  assert.notEqual(tight.history.undo(), null);
  assert.equal(tight.history.canUndo, false);
});
