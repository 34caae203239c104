import assert from "node:assert/strict";
import { test } from "node:test";

import { differencesOf } from "../../../frontend/studio/ui/gallery/comparing.js";
import { questionOf } from "../../../frontend/studio/ui/gallery/erasing.js";
import {
  hasOrigin, offspringOf, originsOf, pictureBefore,
} from "../../../frontend/studio/ui/gallery/lineage.js";
import { picturesOf } from "../../../frontend/studio/ui/gallery/pictures.js";
import { aJob, anArtifact } from "../fakes.mjs";

const made = (id, changes = {}) =>
  aJob({ id, status: "succeeded", done: true, artifacts: [anArtifact(0), anArtifact(1)], ...changes });

test("two pictures are compared by what was set for them, not by when they were made", () => {
  const one = made("01");
  const other = made("02", {
    created_at: "2026-01-02T12:00:00Z",
    task: { ...one.task, prompt: "A wolf", negative_prompt: "snow" },
    artifacts: [{ ...anArtifact(), seed: 9 }],
  });
  assert.deepEqual(differencesOf(picturesOf(one)[0], picturesOf(other)[0], {}), [
    { label: "Prompt", one: "A fox", other: "A wolf" },
    { label: "Seed", one: "7", other: "9" },
    { label: "Left out", one: "–", other: "snow" },
  ]);
});

test("what goes when jobs are deleted is said before, down to what was not selected", () => {
  const { title, words } = questionOf([made("01"), made("02")], 3);
  assert.equal(title, "Delete 2 jobs?");
  assert.match(words.join(" "), /4 pictures go for good/);
  assert.match(words.join(" "), /1 of them is not selected/);
  const single = questionOf([made("01")], 0);
  assert.match(single.words.join(" "), /“A fox” 2 pictures go/);
  assert.doesNotMatch(single.words.join(" "), /selected/);
  const unmade = questionOf([made("01", { artifacts: [] })], 0);
  assert.match(unmade.words.join(" "), /Its settings go/);
});

const lineage = (ancestors, children = []) =>
  ({ ancestors, children, complete: true, more_children: false });
const ancestor = (job, ties, distance = 1) => ({ id: job.id, distance, ties, missing: null, job });

test("origins are told from the first on: pictures that were used, and the owner's own", () => {
  const job = made("09", {
    inputs: [
      { place: "image", artifact: "05/1", url: "/a" },
      { place: "mask", upload: "m", url: "https://cdn.example/m" },
      { place: "garment", upload: "u", url: "https://cdn.example/u" },
    ],
  });
  const found = originsOf(job, lineage([
    ancestor(made("05"), [{ job: "09", place: "image", k: 1 }]),
    ancestor(made("03"), [{ job: "05", place: null, k: null }], 2),
  ]));
  assert.deepEqual(
    found.map((link) => link.upload ?? link.picture.key),
    ["https://cdn.example/u", "03/0", "05/1"],
  );
});

test("what is not there any more is named", () => {
  const found = originsOf(made("09"), lineage([
    { id: "05", distance: 1, ties: [], missing: "gone", job: null },
    { id: "04", distance: 1, ties: [], missing: "unknown", job: null },
  ]));
  assert.deepEqual(found, [{ missing: "Not there any more" }, { missing: "Deleted" }]);
});

test("what came of a picture is told from the oldest on", () => {
  const found = offspringOf(lineage([], [made("09"), made("08", { artifacts: [] })]));
  assert.deepEqual(found.map(({ picture }) => picture.key), ["08/0", "09/0"]);
});

test("a job has an origin by its parent or by a picture", () => {
  assert.ok(!hasOrigin(made("01", { inputs: [], parent: null })));
  assert.ok(hasOrigin(made("01", { inputs: [], parent: "00" })));
  assert.ok(hasOrigin(made("01", { inputs: [{ place: "image" }] })));
});

test("a picture is compared with the one it changes, not with its mask", () => {
  const inputs = [{ place: "mask", upload: "m", url: "/m" }, { place: "image", upload: "u", url: "/u" }];
  assert.deepEqual(pictureBefore(made("01", { inputs })), { url: "/u", artifact: null });
  assert.equal(pictureBefore(made("01", { inputs: inputs.slice(0, 1) })), null);
});
