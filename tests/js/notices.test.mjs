import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { Notices } from "../../frontend/studio/ui/page/notices.js";
import { Problem } from "../../frontend/studio/ui/core/problem.js";
import { aJob, anArtifact, settled } from "./fakes.mjs";

const ended = { done: true, status: "succeeded", finished_at: "2026-01-01T12:01:30Z" };
const forbidden = () => new DOMException("Not here.", "SecurityError");

/** A service worker that a browser has registered, and the notices that it shows. */
class Registration {
  active = null;
  waiting = null;
  installing = Object.assign(new EventTarget(), { state: "installing" });
  notices = [];
  updates = 0;

  begins(state = "activated") {
    const { installing } = this;
    this.installing = null;
    if (state === "activated") this.active = installing;
    installing.state = state;
    installing.dispatchEvent(new Event("statechange"));
  }

  async showNotification(title, options) {
    if (!this.active) throw new TypeError("No active worker.");
    this.notices.push({ title, ...options });
  }

  async update() {
    this.updates += 1;
  }
}

/** The browser's service workers. */
class Workers extends EventTarget {
  /** @type {Registration | null} */
  there = null;
  asked = [];
  refusal = null;

  async register(script, { scope }) {
    this.asked.push([script, scope]);
    if (this.refusal) throw this.refusal;
    this.there ??= new Registration();
    return this.there;
  }

  async getRegistration(scope) {
    if (scope !== "/notices/" || !this.there) return undefined;
    return { unregister: async () => { this.there = null; } };
  }

  says(data) {
    this.dispatchEvent(Object.assign(new Event("message"), { data }));
  }
}

/** A page that can be hidden. */
class World extends EventTarget {
  title = "Canvas Queue";
  hidden = true;
  answer = "granted";
  kept = new Map();
  opened = [];
  workers = new Workers();

  constructor() {
    super();
    const world = this;
    globalThis.document = this;
    globalThis.window = globalThis;
    globalThis.Notification = class {
      static permission = "default";
      static async requestPermission() {
        this.permission = world.answer;
      }
      constructor() {
        throw new TypeError("Illegal constructor. Use ServiceWorkerRegistration.showNotification().");
      }
    };
    this.store = {
      getItem: (key) => this.kept.get(key) ?? null,
      setItem: (key, value) => this.kept.set(key, value),
    };
    this.notices = this.page();
  }

  page(changes = {}) {
    return new Notices({
      store: this.store,
      open: (id) => this.opened.push(id),
      now: () => Date.parse("2026-01-01T12:02:00Z"),
      workers: this.workers,
      ...changes,
    });
  }

  look() {
    this.hidden = false;
    this.dispatchEvent(new Event("visibilitychange"));
  }

  async ends(changes = {}) {
    this.notices.ended(aJob({ ...ended, ...changes }));
    await settled();
  }
}

let world;
beforeEach(() => {
  world = new World();
});
afterEach(() => {
  for (const name of ["document", "window", "Notification"]) delete globalThis[name];
});

/** Notices are wanted, and their worker is at work. */
async function allowed() {
  assert.ok(await world.notices.want(true));
  world.workers.there.begins();
}

test("the title says how many jobs have ended unseen, until somebody looks", async () => {
  await world.ends();
  assert.equal(world.title, "1 job has ended · Canvas Queue");
  await world.ends({ id: "01b" });
  assert.equal(world.title, "2 jobs have ended · Canvas Queue");
  world.look();
  assert.equal(world.title, "Canvas Queue");
});

test("what ends in sight is no news", async () => {
  await allowed();
  world.look();
  await world.ends();
  assert.equal(world.title, "Canvas Queue");
  assert.deepEqual(world.workers.there.notices, []);
});

test("who has not asked for notices gets neither them nor a service worker", async () => {
  await world.ends();
  assert.deepEqual(world.workers.asked, []);
});

test("who has asked for them is told what has ended, and how", async () => {
  await allowed();
  await world.ends({ artifacts: [anArtifact()] });
  await world.ends({ id: "01b", status: "canceled" });
  assert.deepEqual(world.workers.there.notices, [
    { title: "Done", body: "A fox", icon: "https://cdn.example/0.webp", tag: "01a" },
    { title: "Canceled", body: "A fox", tag: "01b" },
  ]);
});

test("the worker is where every version of the page has it, and controls no page", async () => {
  await allowed();
  assert.deepEqual(world.workers.asked, [["/notices.js", "/notices/"]]);
});

test("a newer worker is looked for whenever one was needed", async () => {
  await allowed();
  await world.ends();
  assert.equal(world.workers.there.updates, 1);
});

test("a worker that is still being installed shows its notice later", async () => {
  await world.notices.want(true);
  await world.ends();
  assert.deepEqual(world.workers.there.notices, []);
  world.workers.there.begins();
  await settled();
  assert.equal(world.workers.there.notices.length, 1);
});

test("a worker that is never at work costs the notice and not the title", async () => {
  await world.notices.want(true);
  await world.ends();
  world.workers.there.begins("redundant");
  await settled();
  assert.equal(world.title, "1 job has ended · Canvas Queue");
});

test("a click on a notice opens its job in the page", () => {
  world.workers.says({ job: "01a" });
  assert.deepEqual(world.opened, ["01a"]);
});

test("what no worker of ours would say is not heard", () => {
  for (const said of [null, "01a", {}, { job: 7 }]) world.workers.says(said);
  assert.deepEqual(world.opened, []);
});

test("a wish is remembered, and can be taken back, and the worker goes with it", async () => {
  await allowed();
  world.notices = world.page();
  assert.ok(world.notices.wanted);
  assert.ok(!(await world.notices.want(false)));
  assert.equal(world.workers.there, null);
  await world.ends();
  assert.equal(world.workers.there, null);
});

test("a browser that has lost the worker, or never had one, gets it when it is needed", async () => {
  await allowed();
  world.workers.there = null;
  await world.ends();
  world.workers.there.begins();
  await settled();
  assert.equal(world.workers.there.notices.length, 1);
});

test("a browser that does not allow notices gets no worker", async () => {
  world.answer = "denied";
  assert.equal(await world.notices.want(true), false);
  assert.deepEqual(world.workers.asked, []);
});

test("a browser that has no service workers, or forbids them, has no notices", async () => {
  const without = world.page({ workers: undefined });
  assert.equal(await without.want(true), false);
  assert.equal(await without.want(false), false);
  world.workers.refusal = forbidden();
  assert.equal(await world.notices.want(true), false);
  assert.equal(world.notices.wanted, false);
});

test("when the server does not send the worker, notices are not on, and it is said why", async () => {
  world.workers.refusal = new TypeError("Failed to register a ServiceWorker.");
  await assert.rejects(world.notices.want(true), (told) => told instanceof Problem && !told.answered);
  assert.equal(world.notices.wanted, false);
  world.workers.refusal = null;
  assert.ok(await world.notices.want(true));
});

for (const refusal of [new TypeError("Failed to register a ServiceWorker."), forbidden()]) {
  test(`a notice that cannot be shown leaves the title: ${refusal.name}`, async () => {
    await allowed();
    world.workers.refusal = refusal;
    await world.ends();
    assert.equal(world.title, "1 job has ended · Canvas Queue");
  });
}
