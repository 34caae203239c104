import assert from "node:assert/strict";
import { test } from "node:test";

import { Problem } from "../../../frontend/studio/ui/core/problem.js";
import { EVERYTHING } from "../../../frontend/studio/ui/gallery/filter.js";
import { Links } from "../../../frontend/studio/ui/gallery/links.js";
import { aJob, settled } from "../fakes.mjs";

const NOON = Date.parse("2026-01-01T12:00:00Z");
const missing = () => new Problem({ status: 410, code: "gone", title: "Gone", detail: "" });

/** A gallery's list over a server that knows some jobs, and a pause that ends when told. */
function service(jobs) {
  const asked = [];
  const learnt = [];
  const gone = [];
  let go = () => {};
  const api = {
    time: NOON,
    now: () => api.time,
    get: async (path) => {
      asked.push(path);
      if (path.startsWith("/jobs?")) return { body: { data: jobs, next: null } };
      const job = jobs.find(({ id }) => path === `/jobs/${id}`);
      if (!job) throw missing();
      return { body: job };
    },
  };
  const list = {
    filter: () => ({ ...EVERYTHING, favorite: true }),
    learn: (some) => learnt.push(...some.map(({ id }) => id)),
    gone: (id) => gone.push(id),
  };
  const links = new Links(api, list, { sleep: () => new Promise((wake) => (go = wake)) });
  const gathered = async () => {
    go();
    await settled();
  };
  return { links, api, asked, learnt, gone, gathered };
}

const jobs = Array.from({ length: 9 }, (_, i) =>
  aJob({ id: `0${i}`, created_at: new Date(NOON - i * 60_000).toISOString() }));

test("a job is fetched once, however many of its pictures are missed", async () => {
  const { links, asked, learnt, gathered } = service(jobs);
  for (let i = 0; i < 5; i++) links.want(jobs[0]);
  await gathered();
  assert.deepEqual(asked, ["/jobs/00"]);
  assert.deepEqual(learnt, ["00"]);
});

test("many jobs are fetched with one request, of what is shown in just that time", async () => {
  const { links, asked, learnt, gathered } = service(jobs.slice(2, 7));
  for (const job of jobs.slice(2, 7)) links.want(job);
  await gathered();
  assert.equal(asked.length, 1);
  const query = new URLSearchParams(asked[0].split("?")[1]);
  assert.equal(query.get("favorite"), "true");
  assert.ok(Date.parse(query.get("after")) < Date.parse(jobs[6].created_at));
  assert.ok(Date.parse(query.get("before")) > Date.parse(jobs[2].created_at));
  assert.equal(learnt.length, 5);
});

test("a link that fails again at once is not asked for again", async () => {
  const { links, api, asked, gathered } = service(jobs);
  links.want(jobs[0]);
  await gathered();
  links.want(jobs[0]);
  await gathered();
  assert.equal(asked.length, 1);
  api.time += 60_000;
  links.want(jobs[0]);
  await gathered();
  assert.equal(asked.length, 2);
});

test("a job that is no more leaves the wall", async () => {
  const { links, gone, gathered } = service([]);
  links.want(jobs[0]);
  await gathered();
  assert.deepEqual(gone, ["00"]);
});

test("when the server cannot be asked, it is asked again when the picture is seen again", async () => {
  const { links, api, asked, learnt, gathered } = service(jobs);
  const get = api.get;
  api.get = async () => {
    throw new Problem({ status: 0, code: "unreachable", title: "No connection", detail: "" });
  };
  links.want(jobs[0]);
  await gathered();
  api.get = get;
  links.want(jobs[0]);
  await gathered();
  assert.deepEqual(learnt, ["00"]);
  assert.equal(asked.length, 1);
});
