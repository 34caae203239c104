import assert from "node:assert/strict";
import { test } from "node:test";

import { bodiesOf, promptsOf } from "../../frontend/studio/ui/forms/grid.js";

test("a prompt is a line, and a blank line is none", () => {
  assert.deepEqual(promptsOf("A fox\n\n  A cat  \n"), ["A fox", "A cat"]);
});

test("every prompt meets every seed, in a job that knows its place", () => {
  const task = { prompt: "x", width: 1024, n: 4, model: "core" };
  const bodies = bodiesOf(task, ["A fox", "A cat"], [7, 8], "g1");
  assert.deepEqual(
    bodies.map(({ task: { prompt, seed } }) => [prompt, seed]),
    [["A fox", 7], ["A fox", 8], ["A cat", 7], ["A cat", 8]],
  );
  assert.deepEqual(bodies[2], {
    task: { kind: "text_to_image", prompt: "A cat", seed: 7, width: 1024, n: 1 },
    model: "core",
    metadata: { grid: "g1", rows: "2", columns: "2", row: "1", column: "0" },
  });
});
