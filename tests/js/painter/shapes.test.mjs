import assert from "node:assert/strict";
import { test } from "node:test";

import { CHANGE, KEEP, Mask } from "../../../frontend/studio/ui/painter/mask.js";
import { enclosed, rectangle, stroke } from "../../../frontend/studio/ui/painter/shapes.js";

/** A mask after a shape was painted, as lines of characters. */
function painted(width, height, shape, value = CHANGE, ground = KEEP) {
  const mask = new Mask(width, height);
  mask.data.fill(ground);
  mask.paint(shape, value);
  return drawn(mask);
}

function drawn({ width, height, data }) {
  return Array.from({ length: height }, (_, y) =>
    Array.from(data.subarray(y * width, (y + 1) * width), (value) => (value ? "#" : ".")).join(""),
  );
}

test("a dab is round, and every pixel in it has its middle in the circle", () => {
  const at = { x: 10.3, y: 9.8 };
  const radius = 6.4;
  const mask = new Mask(21, 20);
  mask.paint(stroke(at, at, radius), CHANGE);
  for (let y = 0; y < 20; y++) {
    for (let x = 0; x < 21; x++) {
      const inside = Math.hypot(x + 0.5 - at.x, y + 0.5 - at.y) < radius;
      assert.equal(mask.data[y * 21 + x] === CHANGE, inside, `${x}, ${y}`);
    }
  }
});

test("a stroke has no gap, whatever its direction", () => {
  const radius = 2.5;
  for (const [from, to] of [
    [{ x: 5, y: 5 }, { x: 35, y: 22 }],
    [{ x: 35, y: 5 }, { x: 5, y: 8 }],
    [{ x: 20, y: 35 }, { x: 20, y: 4 }],
    [{ x: 4, y: 20 }, { x: 36, y: 20 }],
  ]) {
    const mask = new Mask(40, 40);
    mask.paint(stroke(from, to, radius), CHANGE);
    for (let y = 0; y < 40; y++) {
      for (let x = 0; x < 40; x++) {
        const away = distance({ x: x + 0.5, y: y + 0.5 }, from, to);
        if (Math.abs(away - radius) < 1e-6) continue;
        assert.equal(mask.data[y * 40 + x] === CHANGE, away < radius, `${x}, ${y}`);
      }
    }
  }
});

/** How far a point is from the line between two others. */
function distance(point, from, to) {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const along = ((point.x - from.x) * dx + (point.y - from.y) * dy) / (dx * dx + dy * dy);
  const nearest = Math.max(0, Math.min(1, along));
  return Math.hypot(point.x - from.x - nearest * dx, point.y - from.y - nearest * dy);
}

test("a rectangle may be drawn from any corner", () => {
  const expected = [".....", ".###.", ".###.", "....."];
  for (const [one, other] of [
    [{ x: 1, y: 1 }, { x: 4, y: 3 }],
    [{ x: 4, y: 1 }, { x: 1, y: 3 }],
    [{ x: 4, y: 3 }, { x: 1, y: 1 }],
  ]) {
    assert.deepEqual(painted(5, 4, rectangle(one, other)), expected);
  }
});

test("a lasso fills what it encloses, also where it crosses itself", () => {
  const diamond = [[3, -0.5], [6.5, 3], [3, 6.5], [-0.5, 3]].map(([x, y]) => ({ x, y }));
  assert.deepEqual(painted(6, 6, enclosed(diamond)), ["..##..", ".####.", "######", "######", ".####.", "..##.."]);
  const loop = [[0, 0], [4, 0], [4, 4], [0, 4], [0, 0], [4, 0], [4, 4], [0, 4]].map(([x, y]) => ({ x, y }));
  assert.deepEqual(painted(4, 4, enclosed(loop)), ["####", "####", "####", "####"]);
});

test("a lasso around two hills leaves the valley", () => {
  const hills = [[0, 4], [0, 0], [2, 0], [2, 3], [4, 3], [4, 0], [6, 0], [6, 4]].map(([x, y]) => ({ x, y }));
  assert.deepEqual(painted(6, 4, enclosed(hills)), ["##..##", "##..##", "##..##", "######"]);
});

test("what lies beyond the picture is not painted", () => {
  assert.deepEqual(painted(3, 2, rectangle({ x: -9, y: -9 }, { x: 9, y: 1 })), ["###", "..."]);
  assert.deepEqual(painted(3, 2, stroke({ x: -40, y: 1 }, { x: -30, y: 1 }, 3)), ["...", "..."]);
  assert.deepEqual(painted(3, 2, stroke({ x: -40, y: 1 }, { x: 40, y: 1 }, 3)), ["###", "###"]);
});

test("an eraser takes away what a brush left", () => {
  const hole = rectangle({ x: 1, y: 0 }, { x: 2, y: 2 });
  assert.deepEqual(painted(3, 2, hole, KEEP, CHANGE), ["#.#", "#.#"]);
});

test("a mask is inverted, cleared, and tells its share", () => {
  const mask = new Mask(4, 2);
  mask.paint(rectangle({ x: 0, y: 0 }, { x: 1, y: 2 }), CHANGE);
  assert.equal(mask.share(), 0.25);
  mask.invert();
  assert.deepEqual(drawn(mask), [".###", ".###"]);
  mask.clear();
  assert.equal(mask.share(), 0);
});
