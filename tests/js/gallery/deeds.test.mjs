import assert from "node:assert/strict";
import { test } from "node:test";

import { Problem } from "../../../frontend/studio/ui/core/problem.js";
import { Deeds } from "../../../frontend/studio/ui/gallery/deeds.js";
import { makerOf } from "../../../frontend/studio/ui/gallery/recognising.js";
import { aJob } from "../fakes.mjs";

const problem = (status) => new Problem({ status, code: "x", title: "No", detail: `No: ${status}.` });

function room(answers) {
  const said = [];
  const learnt = [];
  const gone = [];
  const ask = (method) => async (path) => {
    const answer = answers[`${method} ${path}`];
    if (answer instanceof Error) throw answer;
    return { body: answer };
  };
  const api = { get: ask("GET"), patch: ask("PATCH"), post: ask("POST"), delete: ask("DELETE") };
  const deeds = new Deeds(api, {
    learn: (jobs) => learnt.push(...jobs),
    gone: (id) => gone.push(id),
    voice: () => ({ say: (words) => said.push(words), announce: (words) => said.push(words) }),
  });
  return { deeds, said, learnt, gone };
}

test("a favourite is shown at once, and taken back if it could not be kept", async () => {
  const { deeds, said, learnt } = room({ "PATCH /jobs/01": problem(503) });
  await deeds.favorite([aJob({ id: "01", favorite: false })], true);
  assert.deepEqual(learnt.map(({ favorite }) => favorite), [true, false]);
  assert.deepEqual(said, ["No: 503. Try again in a moment."]);
});

test("of many, the rest is changed though some fail", async () => {
  const jobs = ["01", "02", "03"].map((id) => aJob({ id, favorite: false }));
  const { deeds, learnt, gone } = room({
    "PATCH /jobs/01": { ...jobs[0], favorite: true },
    "PATCH /jobs/02": problem(410),
    "PATCH /jobs/03": { ...jobs[2], favorite: true },
  });
  await deeds.favorite(jobs, true);
  assert.deepEqual(learnt.slice(3).map(({ id }) => id), ["01", "03"]);
  assert.deepEqual(gone, ["02"]);
});

test("a job that is gone already counts as erased", async () => {
  const { deeds, gone } = room({ "DELETE /jobs/01": problem(410), "DELETE /jobs/02": null });
  await deeds.erase("01");
  await deeds.erase("02");
  assert.deepEqual(gone, ["01", "02"]);
});

test("a job that could not be erased stays", async () => {
  const { deeds, gone } = room({ "DELETE /jobs/01": problem(503) });
  await assert.rejects(deeds.erase("01"), { status: 503 });
  assert.deepEqual(gone, []);
});

test("a picture is known by its hash, wherever in a long list its job is", async () => {
  const asked = [];
  const api = {
    get: async (path) => {
      asked.push(path);
      const found = asked.length === 3 ? [aJob({ id: "07" })] : [];
      return { body: { data: found, next: `on/${asked.length}` } };
    },
  };
  const job = await makerOf(api, new Blob(["abc"]));
  assert.equal(job.id, "07");
  const sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  assert.equal(asked[0], `/jobs?sha256=${sha256}&limit=1`);
  assert.equal(asked[2], `/jobs?sha256=${sha256}&limit=1&cursor=on%2F2`);
});

test("a picture that was not made here has no maker", async () => {
  const api = { get: async () => ({ body: { data: [], next: null } }) };
  assert.equal(await makerOf(api, new Blob(["abc"])), null);
});
