import assert from "node:assert/strict";
import { test } from "node:test";

import { step } from "../../../frontend/studio/ui/gallery/steps.js";

// Three in a row, then two wide ones, then one at the right.
const SPOTS = [[0, 100], [0, 300], [0, 500], [1, 150], [1, 450], [2, 500]].map(
  ([row, middle]) => ({ row, middle }),
);

const STEPS = [
  ["ArrowRight", 2, 3],
  ["ArrowRight", 5, 5],
  ["ArrowLeft", 3, 2],
  ["ArrowLeft", 0, 0],
  ["ArrowDown", 0, 3],
  ["ArrowDown", 2, 4],
  ["ArrowDown", 5, 5],
  ["ArrowUp", 5, 4],
  ["ArrowUp", 4, 2],
  ["ArrowUp", 1, 1],
  ["Home", 4, 0],
  ["End", 1, 5],
];
for (const [key, from, to] of STEPS) {
  test(`${key} leads from picture ${from} to ${to}`, () => {
    assert.equal(step(key, from, SPOTS), to);
  });
}

test("other keys lead nowhere", () => {
  assert.equal(step("Enter", 0, SPOTS), null);
});
