import assert from "node:assert/strict";
import { test } from "node:test";

import { duration } from "../../frontend/studio/ui/core/words.js";
import { cardOf } from "../../frontend/studio/ui/tray/card.js";
import { aJob, anArtifact } from "./fakes.mjs";

const LATER = Date.parse("2026-01-01T12:00:42Z");
const running = { status: "running", version: 2 };
const ended = { done: true, finished_at: "2026-01-01T12:01:30Z" };

const STATUSES = [
  [{}, "Waiting", "busy"],
  [{ queue: { ahead: 3, eta_seconds: { p50: 90 } } }, "3 calls ahead, about 1 min 30 s", "busy"],
  [{ queue: { ahead: 1, eta_seconds: null } }, "1 call ahead", "busy"],
  [{ queue: { ahead: 0, eta_seconds: { p50: 9 } } }, "Waiting, about 9 s", "busy"],
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

test("what it will cost is told, and in the end what it did", () => {
  assert.equal(cardOf(aJob(), LATER).cost, "about $0.08");
  const cost = { estimate_usd: 0.08, actual_usd: 0.04, billed: true };
  assert.equal(cardOf(aJob({ ...ended, status: "succeeded", cost }), LATER).cost, "$0.04");
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

test("what failed for no fault of the prompt can be tried again", () => {
  const retries = ["failed", "expired", "canceled", "moderated", "succeeded"].map(
    (status) => cardOf(aJob({ ...ended, status }), LATER).canRetry,
  );
  assert.deepEqual(retries, [true, true, true, false, false]);
  assert.ok(!cardOf(aJob(), LATER).canRetry);
});

test("a task without a prompt is named by what it does", () => {
  globalThis.gradio_config = {
    components: [{ type: "tabitem", props: { id: "remove_background", label: "Cut out" } }],
  };
  const task = { kind: "remove_background", image: { upload: "01b" } };
  assert.equal(cardOf(aJob({ task }), LATER).prompt, "Cut out");
});

test("words of a prompt stay words", () => {
  const task = { ...aJob().task, prompt: "<img src=x onerror=alert(1)>" };
  assert.equal(cardOf(aJob({ task }), LATER).prompt, task.prompt);
});

test("a mask that came along is not shown as a picture", () => {
  const artifacts = [anArtifact(0), { ...anArtifact(1), role: "mask" }];
  const { thumbnails } = cardOf(aJob({ ...ended, status: "succeeded", artifacts }), LATER);
  assert.deepEqual(thumbnails, [{ k: 0, url: "https://cdn.example/0.webp" }]);
});
