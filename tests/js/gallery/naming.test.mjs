import assert from "node:assert/strict";
import { test } from "node:test";

import { fileName, slug, told } from "../../../frontend/studio/ui/gallery/naming.js";
import { picturesOf } from "../../../frontend/studio/ui/gallery/pictures.js";
import { aJob, anArtifact } from "../fakes.mjs";

const named = (task, artifact = {}) =>
  fileName(picturesOf(aJob({ task, artifacts: [{ ...anArtifact(), ...artifact }] }))[0]);

test("a file is called by its prompt and its seed", () => {
  const name = named({ prompt: "A red fox, in the SNOW!" }, { seed: 42, content_type: "image/png" });
  assert.equal(name, "a-red-fox-in-the-snow-42.png");
});

test("a seed of zero counts, and a JPEG is a jpg", () => {
  assert.equal(named({ prompt: "fox" }, { seed: 0, content_type: "image/jpeg" }), "fox-0.jpg");
});

test("without words, the task gives the name, and without a seed, the number", () => {
  const name = named({ kind: "remove_background" }, { k: 3, seed: null, content_type: "image/png" });
  assert.equal(name, "remove-background-3.png");
});

test("a long prompt is cut between words", () => {
  const name = slug("word ".repeat(40));
  assert.ok(name.length <= 60);
  assert.match(name, /^word(-word)+$/);
});

test("words of any script are kept, and nothing that a file system minds", () => {
  assert.equal(slug("猫と月"), "猫と月");
  assert.equal(slug("../../etc/passwd\0:*?"), "etc-passwd");
  assert.equal(slug("🦊"), "picture");
  assert.ok([...slug("長".repeat(200))].length <= 60);
});

test("no two files have the same name, whatever the case", () => {
  assert.deepEqual(told(["fox.png", "Fox.png", "fox.png", "fox-2.png"]), [
    "fox.png", "Fox-2.png", "fox-3.png", "fox-2-2.png",
  ]);
});
