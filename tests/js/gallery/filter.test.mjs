import assert from "node:assert/strict";
import { test } from "node:test";

import {
  EVERYTHING, filterIn, fits, listPath, sameFilter, withFilter,
} from "../../../frontend/studio/ui/gallery/filter.js";
import { aJob, anArtifact } from "../fakes.mjs";

const made = (changes = {}) =>
  aJob({ status: "succeeded", done: true, artifacts: [anArtifact()], ...changes });

test("a filter survives the way into the address and back", () => {
  const filter = { q: "red fox", kind: "inpaint", model: "nova-canvas", status: "failed", favorite: true };
  assert.deepEqual(filterIn(withFilter("", filter)), filter);
});

test("what others keep in the address stays there", () => {
  const search = withFilter("?theme=dark&q=old&job=1", { ...EVERYTHING, q: "new" });
  assert.equal(new URLSearchParams(search).get("theme"), "dark");
  assert.equal(new URLSearchParams(search).get("job"), "1");
  assert.deepEqual(new URLSearchParams(search).getAll("q"), ["new"]);
});

test("no filter leaves no trace in the address", () => {
  assert.equal(withFilter("?q=fox&favorite=true", EVERYTHING), "");
});

test("an address that makes no sense shows everything", () => {
  assert.ok(sameFilter(filterIn("?status=levitating&favorite=maybe"), EVERYTHING));
});

test("without a state, only jobs with pictures are asked for", () => {
  assert.equal(listPath(EVERYTHING, { limit: 40 }), "/jobs?pictures=true&limit=40");
  const failed = listPath({ ...EVERYTHING, status: "failed" }, { limit: 40, cursor: "a/b" });
  assert.equal(failed, "/jobs?status=failed&limit=40&cursor=a%2Fb");
});

test("a span of time is asked for in instants", () => {
  const path = listPath(EVERYTHING, { limit: 1, after: 0, before: 1000 });
  const query = new URLSearchParams(path.split("?")[1]);
  assert.equal(query.get("after"), "1970-01-01T00:00:00.000Z");
  assert.equal(query.get("before"), "1970-01-01T00:00:01.000Z");
});

const FITTING = [
  [EVERYTHING, {}],
  [{ q: "FOX" }, {}],
  [{ q: "ren" }, { task: { kind: "text_to_image", prompt: "Un Rénard" } }],
  [{ q: "hat" }, { task: { kind: "try_on", region: { words: "the hat" } } }],
  [{ kind: "text_to_image" }, {}],
  [{ model: "stable-image-core" }, {}],
  [{ favorite: true }, { favorite: true }],
  [{ status: "failed" }, { status: "failed", artifacts: [] }],
];
for (const [filter, changes] of FITTING) {
  test(`${JSON.stringify(filter)} finds a job with ${JSON.stringify(changes)}`, () => {
    assert.ok(fits(made(changes), { ...EVERYTHING, ...filter }));
  });
}

const MISSING = [
  [{}, { artifacts: [] }],
  [{}, { artifacts: [{ ...anArtifact(), role: "mask" }] }],
  [{ q: "fox den" }, {}],
  [{ q: "ox" }, {}],
  [{ kind: "inpaint" }, {}],
  [{ model: "nova-canvas" }, {}],
  [{ favorite: true }, { favorite: false }],
  [{ status: "failed" }, {}],
];
for (const [filter, changes] of MISSING) {
  test(`${JSON.stringify(filter)} does not find a job with ${JSON.stringify(changes)}`, () => {
    assert.ok(!fits(made(changes), { ...EVERYTHING, ...filter }));
  });
}
