import assert from "node:assert/strict";
import { test } from "node:test";

import { Selection } from "../../../frontend/studio/ui/gallery/selection.js";

const ALL = ["a", "b", "c", "d", "e"];

test("a tick is set and taken back", () => {
  const selection = new Selection();
  selection.toggle("b");
  assert.deepEqual(selection.keys, ["b"]);
  selection.toggle("b");
  assert.equal(selection.size, 0);
});

test("a range reaches from the last tick, either way, and keeps what was ticked", () => {
  const selection = new Selection();
  selection.toggle("e");
  selection.toggle("c");
  selection.reach("a", ALL);
  assert.deepEqual(new Set(selection.keys), new Set(["a", "b", "c", "e"]));
});

test("a range that begins nowhere is one tick", () => {
  const selection = new Selection();
  selection.reach("d", ALL);
  assert.deepEqual(selection.keys, ["d"]);
});

test("what is not shown any more is not selected any more", () => {
  const selection = new Selection();
  selection.toggle("a");
  selection.toggle("b");
  selection.keep((key) => key === "b");
  assert.deepEqual(selection.keys, ["b"]);
});
