import assert from "node:assert/strict";
import { test } from "node:test";

import {
  fitted,
  panned,
  pinched,
  SCALE_MOST,
  showing,
  toPicture,
  toScreen,
  zoomed,
} from "../../frontend/studio/ui/core/view.js";

const FRAME = { width: 400, height: 300 };
const PICTURE = { width: 1024, height: 768 };

function near(actual, expected) {
  for (const key of Object.keys(expected)) {
    assert.ok(Math.abs(actual[key] - expected[key]) < 1e-6, `${key}: ${actual[key]}`);
  }
}

test("a picture that fits is seen whole, in the middle", () => {
  for (const picture of [PICTURE, { width: 400, height: 4000 }, { width: 4000, height: 300 }]) {
    const view = fitted(picture, FRAME);
    const [from, to] = [toScreen(view, { x: 0, y: 0 }), toScreen(view, { x: picture.width, y: picture.height })];
    assert.ok(from.x >= 0 && from.y >= 0 && to.x <= FRAME.width && to.y <= FRAME.height);
    near({ x: from.x - (FRAME.width - to.x), y: from.y - (FRAME.height - to.y) }, { x: 0, y: 0 });
  }
});

test("a tiny picture is not blown up without bound, and a frame of no size is survived", () => {
  assert.equal(fitted({ width: 10, height: 10 }, FRAME).scale, 4);
  assert.ok(fitted(PICTURE, { width: 0, height: 0 }).scale > 0);
});

test("screen and picture are each other's inverse", () => {
  const view = { scale: 2.5, x: -40, y: 13 };
  near(toPicture(view, toScreen(view, { x: 77, y: 5 })), { x: 77, y: 5 });
});

test("what is under the pointer stays there while one zooms", () => {
  const view = fitted(PICTURE, FRAME);
  const at = { x: 150, y: 120 };
  const under = toPicture(view, at);
  near(toPicture(zoomed(view, 3, at, PICTURE, FRAME), at), under);
});

test("that holds at the last zoom, too", () => {
  const at = { x: 150, y: 120 };
  const view = fitted(PICTURE, FRAME);
  near(toPicture(zoomed(view, 1e9, at, PICTURE, FRAME), at), toPicture(view, at));
});

test("a picture that was zoomed in at one corner and out at another is seen whole again", () => {
  const closer = zoomed(fitted(PICTURE, FRAME), 5, { x: 10, y: 10 }, PICTURE, FRAME);
  near(zoomed(closer, 0.2, { x: 390, y: 290 }, PICTURE, FRAME), fitted(PICTURE, FRAME));
});

test("zoom ends at all of the picture, and at its pixels", () => {
  const view = fitted(PICTURE, FRAME);
  near(zoomed(view, 0.01, { x: 0, y: 0 }, PICTURE, FRAME), view);
  assert.equal(zoomed(view, 1e9, { x: 0, y: 0 }, PICTURE, FRAME).scale, SCALE_MOST);
});

test("a picture cannot be pushed out of sight", () => {
  const large = zoomed(fitted(PICTURE, FRAME), 4, { x: 200, y: 150 }, PICTURE, FRAME);
  for (const by of [{ x: 1e6, y: 0 }, { x: -1e6, y: 0 }, { x: 0, y: 1e6 }, { x: 0, y: -1e6 }]) {
    const view = panned(large, by, PICTURE, FRAME);
    const [from, to] = [toScreen(view, { x: 0, y: 0 }), toScreen(view, { x: 1024, y: 768 })];
    assert.ok(from.x <= 10 && from.y <= 10 && to.x >= 390 && to.y >= 290);
  }
});

test("what lay under two fingers lies under them afterwards", () => {
  const view = zoomed(fitted(PICTURE, FRAME), 4, { x: 200, y: 150 }, PICTURE, FRAME);
  const [from, to] = [
    [{ x: 150, y: 150 }, { x: 250, y: 150 }],
    [{ x: 130, y: 160 }, { x: 280, y: 160 }],
  ];
  const moved = pinched(view, from, to, PICTURE, FRAME);
  near({ scale: moved.scale }, { scale: view.scale * 1.5 });
  const middle = toPicture(view, { x: 200, y: 150 });
  near(toScreen(moved, middle), { x: 205, y: 160 });
});

test("a point out of sight is brought into it, and one in sight moves nothing", () => {
  const view = zoomed(fitted(PICTURE, FRAME), 6, { x: 0, y: 0 }, PICTURE, FRAME);
  const shown = toScreen(showing(view, { x: 900, y: 700 }, PICTURE, FRAME), { x: 900, y: 700 });
  assert.ok(shown.x <= FRAME.width && shown.y <= FRAME.height);
  const seen = toPicture(view, { x: 100, y: 100 });
  assert.equal(showing(view, seen, PICTURE, FRAME), view);
});

test("what a frame says of its own holds: no margin, nothing blown up, pixels no larger", () => {
  const frame = { ...FRAME, margin: 0, fitMost: 1, scaleMost: 4 };
  assert.equal(fitted({ width: 100, height: 50 }, frame).scale, 1);
  near(fitted({ width: 800, height: 300 }, frame), { scale: 0.5, x: 0, y: 75 });
  const close = zoomed(fitted(PICTURE, frame), 1000, { x: 0, y: 0 }, PICTURE, frame);
  near(close, { scale: 4, x: 0, y: 0 });
  assert.equal(panned(close, { x: 50, y: 0 }, PICTURE, frame).x, 0);
});
