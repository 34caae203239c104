import assert from "node:assert/strict";
import { test } from "node:test";

import { endingOf, factsOf } from "../../../frontend/studio/ui/gallery/facts.js";
import { picturesOf } from "../../../frontend/studio/ui/gallery/pictures.js";
import { aJob, anArtifact } from "../fakes.mjs";

const TITLES = { "stable-image-core": "Stable Image Core", "nova-canvas": "Nova Canvas" };

function told(changes = {}, titles = TITLES) {
  const job = aJob({ artifacts: [anArtifact()], ...changes });
  return Object.fromEntries(
    factsOf(picturesOf(job)[0], titles).map(({ label, value }) => [label, value]),
  );
}

test("task, size and seed are told; the seed can be copied", () => {
  const facts = told();
  assert.equal(facts.Task, "Text to image");
  assert.equal(facts.Size, "1024 × 512");
  assert.equal(facts.Seed, "7");
  const [picture] = picturesOf(aJob({ artifacts: [anArtifact()] }));
  assert.equal(factsOf(picture, {}).find(({ label }) => label === "Seed").copy, "7");
});

test("it is told why this model made it", () => {
  assert.equal(told().Model, "Stable Image Core, chosen automatically");
  assert.equal(told({ requested_model: "stable-image-core" }).Model, "Stable Image Core");
  const instead = told({ requested_model: "nova-canvas" });
  assert.equal(instead.Model, "Stable Image Core instead of Nova Canvas");
  assert.equal(told({ requested_model: "stable-image-core" }, {}).Model, "stable-image-core");
});

test("settings are told by the names that their fields have, and enumerations in words", () => {
  const facts = told({
    task: {
      ...{ kind: "inpaint", mask_prompt: "the car", style: "3d_animated_family_film" },
      ...{ guidance: 6.5, grow_mask: null, image: { upload: "x" }, colors: ["#112233", "#445566"] },
    },
  });
  assert.equal(facts["Mask in words"], "the car");
  assert.equal(facts.Style, "3D film");
  assert.equal(facts["Prompt strength"], "6.5");
  assert.equal(facts.Colours, "#112233, #445566");
  assert.ok(!("Grow the mask" in facts));
});

test("words that somebody wrote are not taken for the name of something", () => {
  assert.equal(told({ task: { kind: "recolor", select_prompt: "The jacket" } }).What, "The jacket");
});

test("the parts of a region are told, and not the picture that it names", () => {
  const where = (region) => told({ task: { kind: "try_on", region } }).Where;
  assert.equal(where({ by: "garment", garment_class: "upper_body", mask_shape: null }), "Upper body");
  assert.equal(where({ by: "words", words: "left_sleeve" }), "left_sleeve");
  assert.equal(where({ by: "mask", mask: { upload: "x" } }), "Mask");
});

test("what was charged is told, for all pictures of the job", () => {
  const paid = { actual_usd: 0.08, estimate_usd: 0.08 };
  assert.equal(told({ cost: paid }).Cost, "$0.08");
  const two = { cost: paid, artifacts: [anArtifact(0), anArtifact(1)] };
  assert.equal(told(two).Cost, "$0.08 for 2 pictures");
  assert.equal(told({ cost: { actual_usd: 0 } }).Cost, "Nothing was charged");
  assert.equal(told({ cost: { actual_usd: null, estimate_usd: 0.04 } }).Cost, "About $0.04");
});

test("where the time went is told", () => {
  const facts = told({
    finished_at: "2026-01-01T12:00:14Z",
    timings: { queued_ms: 2100, model_ms: 11_000, store_ms: 600 },
  });
  assert.equal(facts.Took, "14 sec, of which 2.1 sec waiting and 11 sec painting");
});

test("an ending without pictures is said", () => {
  const endings = ["failed", "moderated", "canceled", "expired", "succeeded"].map((status) =>
    endingOf(aJob({ status })));
  assert.deepEqual(endings, ["Failed.", "Refused.", "Canceled.", "Expired.", ""]);
});
