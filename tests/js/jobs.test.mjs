import assert from "node:assert/strict";
import { test } from "node:test";

import { JobList } from "../../frontend/studio/ui/core/jobs.js";
import { aJob, anArtifact } from "./fakes.mjs";

const row = ({ id, version, status, done, partial, cancel_requested, progress, failure }) => ({
  id, version, status, done, partial, cancel_requested, progress, failure,
});

function listOf(...jobs) {
  const list = new JobList();
  for (const job of jobs) list.put(job);
  return list;
}

test("the newest job stands first, in whatever order they came", () => {
  const list = listOf(aJob({ id: "02" }), aJob({ id: "03" }), aJob({ id: "01" }));
  assert.deepEqual(list.all().map(({ id }) => id), ["03", "02", "01"]);
});

test("only jobs that are not done are asked about, the oldest first", () => {
  const list = listOf(aJob({ id: "01" }), aJob({ id: "02", done: true }), aJob({ id: "03" }));
  assert.deepEqual(list.open(), ["01", "03"]);
});

test("an older answer that comes later changes nothing", () => {
  const list = listOf(aJob({ version: 3, status: "running" }));
  assert.equal(list.put(aJob({ version: 2 })), false);
  list.merge([row(aJob({ version: 2 }))]);
  assert.equal(list.get("01a").status, "running");
});

test("a poll changes the status and keeps what it does not tell", () => {
  const list = listOf(aJob());
  const { news } = list.merge([row(aJob({ version: 2, status: "running" }))]);
  assert.ok(news);
  assert.equal(list.get("01a").status, "running");
  assert.equal(list.get("01a").task.prompt, "A fox");
});

test("a poll that says the same is no news", () => {
  const list = listOf(aJob());
  assert.deepEqual(list.merge([row(aJob())]), { news: false, gone: [], incomplete: [] });
});

test("a wish to cancel is news even though the version stands still", () => {
  const list = listOf(aJob());
  assert.ok(list.merge([row(aJob({ cancel_requested: true }))]).news);
});

test("a job that has ended is fetched in full, and asked about until it was", () => {
  const list = listOf(aJob());
  const ended = aJob({ version: 4, status: "succeeded", done: true });
  assert.deepEqual(list.merge([row(ended)]).incomplete, ["01a"]);
  assert.deepEqual(list.open(), ["01a"]);
  assert.deepEqual(list.merge([row(ended)]).incomplete, ["01a"]);
  list.put(ended);
  assert.deepEqual(list.open(), []);
});

test("a picture that has arrived is fetched before the others are there", () => {
  const list = listOf(aJob());
  const one = { images_done: 1, images_total: 2 };
  const running = aJob({ version: 3, status: "running", progress: one });
  assert.deepEqual(list.merge([row(running)]).incomplete, ["01a"]);
  list.put({ ...running, artifacts: [anArtifact()] });
  assert.deepEqual(list.merge([row(running)]).incomplete, []);
});

for (const missing of ["unknown", "gone"]) {
  test(`a job that is ${missing} leaves the list`, () => {
    const list = listOf(aJob());
    assert.deepEqual(list.merge([{ id: "01a", missing }]).gone, ["01a"]);
    assert.deepEqual(list.all(), []);
  });
}

test("a row about a job that nobody showed is passed over", () => {
  const list = listOf();
  assert.deepEqual(list.merge([row(aJob())]), { news: false, gone: [], incomplete: [] });
  assert.deepEqual(list.all(), []);
});
