import assert from "node:assert/strict";
import { test } from "node:test";

import { FIRST_MS, MOST_MS, pause } from "../../frontend/studio/ui/core/backoff.js";

const middle = () => 0.5;

test("the first pause is a second and each next one is longer", () => {
  assert.equal(pause(0, { random: middle }), FIRST_MS);
  for (let tries = 1; tries < 8; tries++) {
    assert.ok(pause(tries, { random: middle }) > pause(tries - 1, { random: middle }));
  }
});

test("a pause never grows beyond its limit and its jitter", () => {
  assert.equal(pause(100, { random: middle }), MOST_MS);
  assert.ok(pause(100, { random: () => 0.999 }) <= MOST_MS * 1.15);
});

test("two pages do not ask in step", () => {
  assert.notEqual(pause(3, { random: () => 0.1 }), pause(3, { random: () => 0.9 }));
});

test("a Retry-After is never undercut", () => {
  assert.equal(pause(0, { retryAfter: 30, random: () => 0 }), 30_000);
  assert.ok(pause(9, { retryAfter: 1, random: middle }) > 1000);
});
