import assert from "node:assert/strict";
import { test } from "node:test";

import { dayTitle, daysOf } from "../../../frontend/studio/ui/gallery/days.js";
import { linked, picturesOf } from "../../../frontend/studio/ui/gallery/pictures.js";
import { aJob, anArtifact } from "../fakes.mjs";

const at = (...time) => new Date(...time);
const madeAt = (time, n = 1) =>
  picturesOf(aJob({
    created_at: time.toISOString(),
    artifacts: Array.from({ length: n }, (_, k) => anArtifact(k)),
  }));

test("pictures are grouped by the reader's day", () => {
  const pictures = [
    ...madeAt(at(2026, 0, 2, 0, 10)),
    ...madeAt(at(2026, 0, 1, 23, 50), 2),
    ...madeAt(at(2026, 0, 1, 0, 1)),
  ];
  assert.deepEqual(daysOf(pictures), [
    { day: "2026-1-2", from: 0, to: 1 },
    { day: "2026-1-1", from: 1, to: 4 },
  ]);
});

test("days are said as people say them", () => {
  const now = at(2026, 2, 1, 9).getTime();
  assert.equal(dayTitle("2026-3-1", now), "Today");
  assert.equal(dayTitle("2026-2-28", now), "Yesterday");
  assert.equal(dayTitle("2026-2-20", now), "Friday, February 20");
  assert.equal(dayTitle("2025-12-31", now), "Wednesday, December 31, 2025");
});

test("each picture of a job has its own words, and a mask is none of them", () => {
  const artifacts = [anArtifact(0), { ...anArtifact(1), role: "mask" }, anArtifact(2)];
  const pictures = picturesOf(aJob({ artifacts }));
  assert.deepEqual(pictures.map(({ key }) => key), ["01a/0", "01a/2"]);
  assert.deepEqual(pictures.map(({ alt }) => alt), ["A fox (1 of 2)", "A fox (2 of 2)"]);
});

test("a job that made nothing has a place to say so", () => {
  const [only, ...more] = picturesOf(aJob({ status: "failed", task: { kind: "upscale" } }));
  assert.equal(more.length, 0);
  assert.equal(only.artifact, null);
  assert.equal(only.alt, "Upscale");
});

test("a link in its last minute is not used any more", () => {
  const [picture] = picturesOf(aJob({ artifacts: [anArtifact()] }));
  assert.ok(linked(picture, Date.parse("2026-01-01T12:58:00Z")));
  assert.ok(!linked(picture, Date.parse("2026-01-01T12:59:30Z")));
});
