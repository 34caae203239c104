import assert from "node:assert/strict";
import { test } from "node:test";

import { Problem, unreachable } from "../../frontend/studio/ui/core/problem.js";
import { LOOK_MS, PATIENCE_MS, Submissions } from "../../frontend/studio/ui/core/submissions.js";

const BODY = { task: { kind: "paint", prompt: "A fox" } };

function refused(status, retryAfter = null) {
  return new Problem({ status, code: "busy", title: "", detail: "", retryAfter });
}

/** An API that answers in turn, and then accepts. */
function submitting(...answers) {
  const waits = [];
  const submissions = new Submissions({
    newKey: () => "key",
    sleep: async (ms) => void waits.push(ms),
    post: async () => {
      const answer = answers.shift();
      if (answer) throw answer;
      return { body: { id: "01a" } };
    },
  });
  return { submissions, waits, left: answers };
}

test("a server that is busy for a moment is asked again when it said", async () => {
  const { submissions, waits } = submitting(refused(429, 3), refused(503, 2));
  assert.deepEqual(await submissions.send(BODY), { id: "01a" });
  assert.deepEqual(waits, [3000, 2000]);
});

test("one without a connection waits for it and says so, but not for ever", async () => {
  const { submissions, waits } = submitting(unreachable(), unreachable());
  let told = 0;
  assert.deepEqual(await submissions.send(BODY, () => told++), { id: "01a" });
  assert.deepEqual([waits, told], [[LOOK_MS, LOOK_MS], 2]);
  const never = submitting(...Array.from({ length: 60 }, unreachable));
  await assert.rejects(never.submissions.send(BODY), Problem);
  assert.equal(never.waits.length, PATIENCE_MS / LOOK_MS);
});

test("one that stays busy, is so for long, or does not say for how long, is told", async () => {
  const busy = () => refused(429, 1);
  for (const answers of [[busy(), busy(), busy(), busy()], [refused(429, 60)], [refused(503)]]) {
    const { submissions, left } = submitting(...answers);
    await assert.rejects(submissions.send(BODY), Problem);
    assert.deepEqual(left, []);
  }
});
