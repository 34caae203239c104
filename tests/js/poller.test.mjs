import assert from "node:assert/strict";
import { test } from "node:test";

import { HIDDEN_MS, IDS_MAX, Poller } from "../../frontend/studio/ui/core/poller.js";
import { Problem, unreachable } from "../../frontend/studio/ui/core/problem.js";
import { ManualTimers, settled } from "./fakes.mjs";

function polling({ open = ["a", "b"], answers = [], hidden = false } = {}) {
  const timers = new ManualTimers();
  const asked = [];
  const state = { open, hidden, reachable: [], rows: [], news: true };
  const api = {
    get: async (path, { etag }) => {
      asked.push({ path, etag });
      const answer = answers.shift() ?? { status: 200, body: { data: [] } };
      if (answer instanceof Error) throw answer;
      return { etag: null, retryAfter: null, ...answer };
    },
  };
  const list = {
    open: () => state.open,
    rows: (rows) => {
      state.rows.push(...rows);
      return state.news;
    },
    reachable: (yes) => state.reachable.push(yes),
  };
  const poller = new Poller(api, list, { timers, hidden: () => state.hidden, random: () => 0.5 });
  return { poller, timers, asked, state };
}

test("all open jobs are asked about in one request", async () => {
  const { poller, timers, asked } = polling();
  poller.wake();
  await timers.fire();
  assert.deepEqual(asked, [{ path: "/jobs?ids=a,b", etag: null }]);
});

test("without open jobs nothing is asked", () => {
  const { poller, timers } = polling({ open: [] });
  poller.wake();
  assert.deepEqual(timers.waits, []);
});

test("never more ids than the server takes, and the oldest first", async () => {
  const open = Array.from({ length: IDS_MAX + 5 }, (_, i) => `j${i}`);
  const { poller, timers, asked } = polling({ open });
  poller.wake();
  await timers.fire();
  assert.equal(asked[0].path, `/jobs?ids=${open.slice(0, IDS_MAX).join(",")}`);
});

test("pauses grow while nothing happens, and start over when something does", async () => {
  const still = { status: 304 };
  const answers = [still, still, { status: 200, body: { data: [] } }];
  const { poller, timers } = polling({ answers });
  poller.wake();
  const waits = [...timers.waits];
  for (let i = 0; i < 3; i++) {
    await timers.fire();
    waits.push(...timers.waits);
  }
  assert.deepEqual(waits, [1000, 1300, 1690, 1000]);
});

test("the server's Retry-After is honoured", async () => {
  const { poller, timers } = polling({ answers: [{ status: 304, retryAfter: 5 }] });
  poller.wake();
  await timers.fire();
  assert.deepEqual(timers.waits, [5000]);
});

test("an ETag is sent back with the same question, and not with another", async () => {
  const tagged = { status: 200, body: { data: [] }, etag: '"1"' };
  const { poller, timers, asked, state } = polling({ answers: [tagged, { status: 304 }, tagged] });
  poller.wake();
  await timers.fire();
  await timers.fire();
  state.open = ["b"];
  await timers.fire();
  assert.deepEqual(asked.map(({ etag }) => etag), [null, '"1"', null]);
});

test("a lost connection is said, waited out, and forgotten when it is back", async () => {
  const { poller, timers, state } = polling({ answers: [unreachable(), { status: 304 }] });
  poller.wake();
  await timers.fire();
  assert.deepEqual(state.reachable, [false]);
  assert.deepEqual(timers.waits, [1300]);
  await timers.fire();
  assert.deepEqual(state.reachable, [false, true]);
});

test("an overloaded server sets the pace", async () => {
  const busy = new Problem({ status: 503, code: "busy", title: "", detail: "", retryAfter: 20 });
  const { poller, timers } = polling({ answers: [busy] });
  poller.wake();
  await timers.fire();
  assert.deepEqual(timers.waits, [20_000]);
});

test("a hidden page asks seldom, to say in its title what has ended; shown again, at once", async () => {
  const { poller, timers, asked, state } = polling();
  poller.wake();
  state.hidden = true;
  poller.seen();
  assert.deepEqual(timers.waits, [HIDDEN_MS]);
  poller.wake();
  assert.deepEqual(timers.waits, [HIDDEN_MS]);
  await timers.fire();
  assert.equal(asked.length, 1);
  assert.deepEqual(timers.waits, [HIDDEN_MS]);
  state.hidden = false;
  await poller.seen();
  assert.equal(asked.length, 2);
  assert.deepEqual(timers.waits, [1000]);
});

test("a hidden page asks no sooner than the server wishes, and not without open jobs", async () => {
  const { poller, timers, state } = polling({ hidden: true, answers: [{ status: 304, retryAfter: 60 }] });
  poller.wake();
  await timers.fire();
  assert.deepEqual(timers.waits, [60_000]);
  state.open = [];
  poller.seen();
  assert.deepEqual(timers.waits, []);
});

test("a new job while the server is being asked is asked about soon, and once", async () => {
  let answer;
  const { poller, timers, state } = polling();
  poller.api = { get: () => new Promise((resolve) => (answer = resolve)) };
  poller.wake();
  await timers.fire();
  state.open = ["a", "b", "c"];
  poller.wake();
  assert.deepEqual(timers.waits, []);
  answer({ status: 304, body: null, etag: null, retryAfter: null });
  await settled();
  assert.deepEqual(timers.waits, [1000]);
});

test("when the last job is done the asking ends", async () => {
  const { poller, timers, state } = polling();
  poller.wake();
  state.open = [];
  await timers.fire();
  assert.deepEqual(timers.waits, []);
});
