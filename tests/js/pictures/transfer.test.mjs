import assert from "node:assert/strict";
import { test } from "node:test";

import { Problem } from "../../../frontend/studio/ui/core/problem.js";
import { GOOD_FOR_MS } from "../../../frontend/studio/ui/pictures/shelf.js";
import { mends, Transfer, TRIES_MOST } from "../../../frontend/studio/ui/pictures/transfer.js";
import { ManualTimers, settled } from "../fakes.mjs";

const BLOB = new Blob(["picture"], { type: "image/png" });
const problem = (facts) => new Problem({ status: 0, code: "x", title: "", detail: "No.", ...facts });

/** A transfer whose invitations and posts end as the script says; an Error is thrown. */
function transfer({ invitations = [], posts = [] } = {}) {
  const timers = new ManualTimers();
  const clock = { now: 1000 };
  const invited = [];
  const next = (script, other) => {
    const end = script.length > 0 ? script.shift() : other;
    if (end instanceof Error) throw end;
    return end;
  };
  const made = new Transfer(
    BLOB,
    {
      async post(path, body) {
        invited.push([path, body]);
        return next(invitations, { body: { id: `u${invited.length}`, url: "u", fields: {} } });
      },
    },
    {
      post: async (form, file, watch) => next(posts, undefined)?.(watch),
      setTimer: timers.set,
      clearTimer: timers.clear,
      random: () => 0.5,
      now: () => clock.now,
    },
  );
  const steps = [];
  made.watch(() => steps.push(made.state.step));
  return { made, timers, invited, steps, clock };
}

test("a picture is invited, sent, and there", async () => {
  const { made, invited, steps } = transfer();
  made.start();
  assert.equal(await made.arrived(), "u1");
  assert.deepEqual(steps, ["inviting", "sending", "sent"]);
  assert.deepEqual(invited, [["/uploads", { content_type: "image/png", bytes: 7 }]]);
});

test("progress is told while it is sent", async () => {
  const told = [];
  const { made } = transfer({ posts: [({ progress }) => progress(0.4)] });
  made.watch(() => told.push(made.state.ratio));
  made.start();
  await made.arrived();
  assert.ok(told.includes(0.4));
});

test("a lost network is waited out, and each try asks for a form of its own", async () => {
  const { made, timers, invited } = transfer({ posts: [problem(), problem({ status: 503 })] });
  made.start();
  await settled();
  assert.equal(made.state.step, "waiting");
  await timers.fire();
  assert.equal(made.state.step, "waiting");
  await timers.fire();
  assert.equal(await made.arrived(), "u3");
  assert.equal(invited.length, 3);
});

test("a wish for patience is heeded", async () => {
  const busy = problem({ status: 503, retryAfter: 20 });
  const { made, timers } = transfer({ invitations: [busy] });
  made.start();
  await settled();
  assert.deepEqual(timers.waits, [20_000]);
});

test("a limit that lasts is told at once, and the picture waits for a click", async () => {
  const { made, timers } = transfer({ invitations: [problem({ status: 429, retryAfter: 600 })] });
  made.start();
  await assert.rejects(made.arrived(), { status: 429 });
  assert.equal(timers.pending.size, 0);
  made.start();
  assert.equal(await made.arrived(), "u2");
});

test("a form that ran out is replaced at once", async () => {
  const { made, timers } = transfer({ posts: [problem({ status: 403, code: "form_expired" })] });
  made.start();
  await settled();
  assert.deepEqual(timers.waits, [0]);
  await timers.fire();
  assert.equal(await made.arrived(), "u2");
});

test("forms that run out one after the other are not asked for without a pause", async () => {
  const expired = () => problem({ status: 403, code: "form_expired" });
  const { made, timers } = transfer({ posts: [expired(), expired()] });
  made.start();
  await settled();
  await timers.fire();
  assert.ok(timers.waits[0] > 500);
});

test("what storage refuses is not tried again by itself", async () => {
  const { made, timers } = transfer({ posts: [problem({ status: 403, code: "storage_refused" })] });
  made.start();
  await assert.rejects(made.arrived(), { code: "storage_refused" });
  assert.equal(made.state.step, "failed");
  assert.equal(timers.pending.size, 0);
});

test("tries come to an end, and a click begins anew", async () => {
  const { made, timers, invited } = transfer({ posts: Array.from({ length: TRIES_MOST }, () => problem()) });
  made.start();
  for (let i = 1; i < TRIES_MOST; i++) {
    await settled();
    await timers.fire();
  }
  await assert.rejects(made.arrived(), { status: 0 });
  assert.equal(invited.length, TRIES_MOST);
  made.start();
  assert.equal(await made.arrived(), `u${TRIES_MOST + 1}`);
});

test("when the network is back, nothing waits any longer", async () => {
  const { made, timers } = transfer({ posts: [problem()] });
  made.start();
  await settled();
  made.hurry();
  assert.equal(await made.arrived(), "u2");
  assert.equal(timers.pending.size, 0);
});

test("the network has no say over what was refused", async () => {
  const { made, invited } = transfer({ posts: [problem({ status: 403 })] });
  made.start();
  await settled();
  made.hurry();
  await settled();
  assert.equal(invited.length, 1);
});

test("a picture that is taken away is sent no further, whatever still comes", async () => {
  let finish;
  const { made, steps } = transfer({ posts: [() => new Promise((end) => (finish = end))] });
  made.start();
  await settled();
  made.stop();
  finish();
  await settled();
  assert.equal(steps.at(-1), "stopped");
  await assert.rejects(made.arrived(), { code: "stopped" });
});

test("starting twice sends once", async () => {
  const { made, invited } = transfer();
  made.start();
  made.start();
  await made.arrived();
  made.start();
  await settled();
  assert.equal(invited.length, 1);
});

test("an upload that has grown old is sent again before it is named", async () => {
  const { made, clock } = transfer();
  made.start();
  assert.equal(await made.arrived(), "u1");
  clock.now += GOOD_FOR_MS;
  assert.equal(await made.arrived(), "u1");
  clock.now += 1;
  assert.equal(await made.arrived(), "u2");
});

test("what the server lost is sent again", async () => {
  const { made } = transfer();
  made.wasSent("old", 1000);
  assert.equal(await made.arrived(), "old");
  made.renew();
  assert.equal(await made.arrived(), "u1");
});

test("which problems mend by themselves", () => {
  const cases = [
    [{ status: 0 }, true],
    [{ status: 503 }, true],
    [{ status: 503, retryAfter: 31 }, false],
    [{ status: 429, retryAfter: 5 }, true],
    [{ status: 403 }, false],
    [{ status: 403, code: "form_expired" }, true],
    [{ status: 422 }, false],
  ];
  for (const [facts, mended] of cases) assert.equal(mends(problem(facts)), mended, JSON.stringify(facts));
});
