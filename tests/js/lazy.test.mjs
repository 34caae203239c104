import assert from "node:assert/strict";
import { test } from "node:test";

import { patiently } from "../../frontend/studio/ui/core/lazy.js";

/** A part of the page that fails to come so many times. */
function failing(times) {
  const part = { asked: 0, slept: [] };
  part.load = async () => {
    part.asked += 1;
    if (part.asked <= times) throw new TypeError("Failed to fetch dynamically imported module");
    return { Viewer: "here" };
  };
  part.sleep = async (ms) => void part.slept.push(ms);
  return part;
}

test("a part that comes is asked for once", async () => {
  const part = failing(0);
  assert.deepEqual(await patiently(part.load, part.sleep), { Viewer: "here" });
  assert.equal(part.asked, 1);
  assert.deepEqual(part.slept, []);
});

test("a part that does not come at first is asked for again, after a pause", async () => {
  const part = failing(2);
  assert.deepEqual(await patiently(part.load, part.sleep), { Viewer: "here" });
  assert.equal(part.slept.length, 2);
});

test("a part that never comes is a failure in the end", async () => {
  const part = failing(9);
  await assert.rejects(patiently(part.load, part.sleep), /Failed to fetch/);
  assert.equal(part.asked, 4);
});
