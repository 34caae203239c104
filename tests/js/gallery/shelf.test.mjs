import assert from "node:assert/strict";
import { test } from "node:test";

import { Shelf } from "../../../frontend/studio/ui/gallery/shelf.js";
import { aJob } from "../fakes.mjs";

const job = (id, version = 1) => aJob({ id, version });
const ids = (shelf) => shelf.jobs.map(({ id }) => id);

test("jobs stand newest first, whatever order they come in", () => {
  const shelf = new Shelf();
  shelf.page([job("05"), job("03")], "more");
  shelf.put(job("09"));
  shelf.page([job("02"), job("01")], null);
  assert.deepEqual(ids(shelf), ["09", "05", "03", "02", "01"]);
  assert.ok(shelf.ended);
});

test("news of a job that is older than all pages waits for its page", () => {
  const shelf = new Shelf();
  shelf.page([job("05")], "more");
  assert.equal(shelf.put(job("03")), false);
  assert.deepEqual(ids(shelf), ["05"]);
  shelf.page([], null);
  assert.equal(shelf.put(job("03")), true);
});

test("a job that a page tells of again stands there once, as it is now", () => {
  const shelf = new Shelf();
  shelf.page([job("05", 1)], "more");
  shelf.page([job("05", 2)], null);
  assert.deepEqual(shelf.jobs.map(({ version }) => version), [2]);
  assert.equal(shelf.put(job("05", 1)), false);
  assert.equal(shelf.get("05").version, 2);
});

test("what was erased is not brought back by a page that was under way", () => {
  const shelf = new Shelf();
  shelf.page([job("05")], "more");
  assert.equal(shelf.remove("05"), true);
  shelf.page([job("05"), job("04")], null);
  assert.deepEqual(ids(shelf), ["04"]);
});

test("what was set aside may come back", () => {
  const shelf = new Shelf();
  shelf.page([job("05")], null);
  shelf.setAside("05");
  assert.deepEqual(ids(shelf), []);
  shelf.put(job("05"));
  assert.deepEqual(ids(shelf), ["05"]);
});
