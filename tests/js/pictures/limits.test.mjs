import assert from "node:assert/strict";
import { test } from "node:test";

import {
  limitsFor,
  limitsOf,
  misfit,
  unfitness,
  WIDEST,
  within,
} from "../../../frontend/studio/ui/pictures/limits.js";

const NOVA = { side_min: 320, side_max: 4096, pixels_max: 4_194_304, ratio_max: 4 };
const STABILITY = { side_min: 64, pixels_max: 9_437_184, ratio_max: 2.5 };
const model = (inputs, ...kinds) => ({
  available: true,
  tasks: Object.fromEntries(kinds.map((kind) => [kind, {}])),
  inputs,
});

test("a picture within the limits keeps its size", () => {
  assert.deepEqual(within(1024, 768, WIDEST), { width: 1024, height: 768 });
  assert.deepEqual(within(2048, 2048, WIDEST), { width: 2048, height: 2048 });
});

test("a larger one keeps its shape, and both limits", () => {
  for (const [width, height] of [[4032, 3024], [9000, 300], [300, 9000], [12_000, 9000], [4097, 1]]) {
    const size = within(width, height, WIDEST);
    assert.ok(size.width * size.height <= WIDEST.pixels_max, `${width}×${height}`);
    assert.ok(Math.max(size.width, size.height) <= WIDEST.side_max);
    assert.ok(size.width >= 1 && size.height >= 1);
    if (height > 1) assert.ok(Math.abs(size.width / size.height / (width / height) - 1) < 0.01);
  }
});

test("a picture is made as small as the most lavish model wants, and no canvas is larger", () => {
  const both = limitsOf([NOVA, STABILITY]);
  assert.deepEqual(both, { ...WIDEST, side_min: 64, ratio_max: 4 });
  assert.equal(limitsOf([{ pixels_max: 1_048_576 }]).pixels_max, 1_048_576);
  assert.deepEqual(limitsOf([]), WIDEST);
});

test("only the models that can do the task are asked", () => {
  const small = { pixels_max: 1_048_576 };
  const catalog = { data: [model(small, "upscale"), model(NOVA, "inpaint"), model(null, "upscale")] };
  assert.equal(limitsFor({ catalog }, "upscale").pixels_max, 1_048_576);
  assert.deepEqual(limitsFor(undefined, "upscale"), WIDEST);
});

test("what is too small or too long is said with the rule and the size", () => {
  const nova = limitsOf([NOVA]);
  assert.match(unfitness(200, 900, nova), /at least 320 pixels; this picture is 200 × 900/);
  assert.match(unfitness(400, 2000, nova), /at most 4 times the other/);
  assert.match(unfitness(30, 30, limitsOf([{ pixels_min: 1024 }])), /at least 1,024 pixels in all/);
  assert.equal(unfitness(320, 1280, nova), "");
});

test("the model that would run the form has the last word on a picture", () => {
  const models = { catalog: { data: [] }, model: () => ({ inputs: NOVA }) };
  assert.match(misfit({ width: 100, height: 100 }, models, "inpaint"), /at least 320/);
  assert.equal(misfit({ width: 100, height: 100 }, { ...models, model: () => null }, "inpaint"), "");
  assert.equal(misfit({ width: 100, height: 100 }, undefined, "inpaint"), "");
});
