import assert from "node:assert/strict";
import { test } from "node:test";

import { cardOf, duration } from "../../frontend/studio/ui/feed/card.js";
import { aJob, anArtifact } from "./fakes.mjs";

const LATER = Date.parse("2026-01-01T12:00:42Z");
const running = { status: "running", version: 2 };
const ended = { done: true, finished_at: "2026-01-01T12:01:30Z" };

const STATUSES = [
  [{}, "Waiting", "busy"],
  [{ queue: { ahead: 3, eta_seconds: { p50: 90 } } }, "Waiting, 3 ahead, about 1 min 30 s", "busy"],
  [running, "Painting, 0 of 2", "busy"],
  [{ ...running, progress: { images_done: 0, images_total: 1 } }, "Painting", "busy"],
  [{ ...running, cancel_requested: true }, "Canceling", "busy"],
  [{ ...ended, status: "succeeded" }, "Done", "good"],
  [
    {
      ...{ ...ended, status: "succeeded", partial: true, artifacts: [anArtifact()] },
      progress: { images_done: 1, images_total: 2 },
    },
    "1 of 2 made",
    "good",
  ],
  [{ ...ended, status: "failed" }, "Failed", "bad"],
  [{ ...ended, status: "moderated" }, "Refused", "bad"],
  [{ ...ended, status: "expired" }, "Expired", "bad"],
  [{ ...ended, status: "canceled", cancel_requested: true }, "Canceled", "quiet"],
  [{ status: "levitating" }, "levitating", "busy"],
];

for (const [changes, status, tone] of STATUSES) {
  test(`a job is described as “${status}”`, () => {
    const card = cardOf(aJob(changes), LATER);
    assert.equal(card.status, status);
    assert.equal(card.tone, tone);
  });
}

test("elapsed time runs until the job ends", () => {
  assert.equal(cardOf(aJob(), LATER).elapsed, "42 s");
  assert.equal(cardOf(aJob({ ...ended, status: "succeeded" }), LATER).elapsed, "1 min 30 s");
});

test("durations are told in their two largest units, and never below zero", () => {
  assert.deepEqual(
    [-5000, 0, 59_400, 60_000, 3_600_000, 200_000_000].map(duration),
    ["0 s", "0 s", "59 s", "1 min 0 s", "1 h 0 min", "2 days"],
  );
});

test("model, size and seed are told, the model by its title", () => {
  const titles = { "stable-image-core": "Stable Image Core" };
  const { facts } = cardOf(aJob(), LATER, titles);
  assert.deepEqual(facts, ["Stable Image Core", "1024 × 512", "Seed 7"]);
});

test("a seed of zero is told too", () => {
  const task = { ...aJob().task, seed: 0 };
  assert.ok(cardOf(aJob({ task }), LATER).facts.includes("Seed 0"));
});

test("a fallback and what did not map are disclosed", () => {
  const job = aJob({ fallback_reason: "Nova Canvas has ended.", warnings: ["No styles."] });
  assert.deepEqual(cardOf(job, LATER).notes, ["Nova Canvas has ended.", "No styles."]);
});

test("a failure is a sentence, and says what was refused", () => {
  const failed = { ...ended, status: "failed", failure: { message: "It broke." } };
  assert.equal(cardOf(aJob(failed), LATER).failure, "It broke.");
  const failure = { message: "No.", where: "output" };
  const moderated = { ...failed, status: "moderated", failure };
  assert.equal(
    cardOf(aJob(moderated), LATER).failure,
    "The model refused the picture it made. No.",
  );
});

test("a cancellation that came too late to be free says so", () => {
  const canceled = { ...ended, status: "canceled", cost: { billed: true } };
  assert.match(cardOf(aJob(canceled), LATER).failure, /charged/);
  assert.equal(cardOf(aJob({ ...canceled, cost: { billed: false } }), LATER).failure, "");
});

test("only a job that is neither done nor being canceled can be canceled", () => {
  assert.ok(cardOf(aJob(), LATER).canCancel);
  assert.ok(!cardOf(aJob({ cancel_requested: true }), LATER).canCancel);
  assert.ok(!cardOf(aJob({ ...ended, status: "failed" }), LATER).canCancel);
});

test("pictures stand beside blanks for those to come", () => {
  const card = cardOf(aJob({ ...running, artifacts: [anArtifact()] }), LATER);
  assert.equal(card.pictures.length, 1);
  assert.equal(card.waiting, 1);
  assert.equal(card.ratio, 2);
  assert.equal(card.pictures[0].expiresAt, Date.parse("2026-01-01T13:00:00Z"));
});

test("each picture has its own words for those who do not see it", () => {
  const artifacts = [anArtifact(0), anArtifact(1)];
  const { pictures } = cardOf(aJob({ ...ended, status: "succeeded", artifacts }), LATER);
  assert.deepEqual(pictures.map(({ alt }) => alt), ["A fox (1 of 2)", "A fox (2 of 2)"]);
});

test("words of a prompt stay words", () => {
  const task = { ...aJob().task, prompt: "<img src=x onerror=alert(1)>" };
  assert.equal(cardOf(aJob({ task }), LATER).prompt, task.prompt);
});

test("a mask that came along is not shown as a picture", () => {
  const artifacts = [anArtifact(0), { ...anArtifact(1), role: "mask" }];
  const { pictures } = cardOf(aJob({ ...ended, status: "succeeded", artifacts }), LATER);
  assert.deepEqual(pictures.map(({ k }) => k), [0]);
});
