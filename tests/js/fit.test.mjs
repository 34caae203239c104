import assert from "node:assert/strict";
import { test } from "node:test";

import {
  ableModels,
  hints,
  likelyModel,
  priceOf,
  reasons,
} from "../../frontend/studio/ui/forms/fit.js";

const NOTHING = { needs: {}, lacks: {}, only: {}, most: {}, ignored: {}, unmapped: {}, approximate: {} };

/** A model as /v1/models tells of it. */
function aModel(name, tasks, more = {}) {
  return { name, title: name, available: true, tasks, prices: [{ usd: 0.04 }], ...more };
}

const old = aModel("old", { paint: NOTHING }, { available: false });
const core = aModel("core", {
  paint: { ...NOTHING, ignored: { guidance: "It has none." }, unmapped: { style: "In words." } },
});
const masked = aModel("masked", { mend: { ...NOTHING, needs: { mask: "It needs one." } } });
const worded = aModel("worded", { mend: { ...NOTHING, lacks: { mask: "It takes words." } } });
const catalog = {
  data: [old, core, masked, worded],
  auto: [
    { kind: "paint", when: { quality: "premium" }, models: ["old"] },
    { kind: "paint", when: {}, models: ["old", "core"] },
    { kind: "mend", when: {}, models: ["masked", "worded"] },
  ],
};

test("only models that live and can do the kind are offered", () => {
  assert.deepEqual(ableModels(catalog, "paint").map(({ name }) => name), ["core"]);
});

test("a named model is the likely one; else the first of the route that lives", () => {
  assert.equal(likelyModel(catalog, "mend", { model: "worded" })?.name, "worded");
  assert.equal(likelyModel(catalog, "paint", { model: "auto" })?.name, "core");
  assert.equal(likelyModel(catalog, "paint", { quality: "premium" }), null);
});

test("a model that what is set stands against is passed over", () => {
  assert.equal(likelyModel(catalog, "mend", { mask: { upload: "01a" } })?.name, "masked");
  assert.equal(likelyModel(catalog, "mend", { mask_prompt: "the sky" })?.name, "worded");
});

test("what has no effect is told apart from what comes out otherwise", () => {
  assert.deepEqual(reasons(core, "paint"), { guidance: "It has none." });
  assert.deepEqual(hints(core, "paint"), { style: "In words." });
  assert.deepEqual(reasons(worded, "mend"), { mask: "It takes words." });
  assert.deepEqual(reasons(null, "paint"), {});
});

test("the first price whose conditions hold is the price", () => {
  const prices = [
    { usd: 0.04, quality: "standard", up_to_pixels: 1_048_576 },
    { usd: 0.06, quality: "standard", up_to_pixels: null },
    { usd: 0.08, quality: null, up_to_pixels: null },
  ];
  const model = aModel("m", {}, { prices });
  assert.equal(priceOf(model, { width: 1024, height: 1024 }), 0.04);
  assert.equal(priceOf(model, { width: 1040, height: 1024 }), 0.06);
  assert.equal(priceOf(model, {}), 0.06);
  assert.equal(priceOf(model, { quality: "premium" }), 0.08);
});
