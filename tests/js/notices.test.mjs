import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { Notices } from "../../frontend/studio/ui/page/notices.js";
import { aJob, anArtifact } from "./fakes.mjs";

const ended = { done: true, status: "succeeded", finished_at: "2026-01-01T12:01:30Z" };

/** A page that can be hidden, and a system that shows notices. */
class World extends EventTarget {
  title = "Canvas Queue";
  hidden = true;
  shown = [];
  kept = new Map();
  opened = [];

  constructor() {
    super();
    const { shown } = this;
    globalThis.document = this;
    globalThis.window = globalThis;
    globalThis.focus = () => {};
    globalThis.Notification = class extends EventTarget {
      static permission = "default";
      static requestPermission = async () => {
        this.permission = "granted";
      };
      constructor(title, options) {
        super();
        shown.push({ title, ...options, click: () => this.dispatchEvent(new Event("click")) });
      }
      static set permission(value) {
        Object.defineProperty(this, "permission", { value, configurable: true });
      }
    };
    this.store = {
      getItem: (key) => this.kept.get(key) ?? null,
      setItem: (key, value) => this.kept.set(key, value),
    };
    this.notices = new Notices({
      store: this.store,
      open: (id) => this.opened.push(id),
      now: () => Date.parse("2026-01-01T12:02:00Z"),
    });
  }

  look() {
    this.hidden = false;
    this.dispatchEvent(new Event("visibilitychange"));
  }
}

let world;
beforeEach(() => {
  world = new World();
});
afterEach(() => {
  for (const name of ["document", "window", "focus", "Notification"]) delete globalThis[name];
});

test("the title says how many jobs have ended unseen, until somebody looks", () => {
  world.notices.ended(aJob(ended));
  assert.equal(world.title, "1 job has ended · Canvas Queue");
  world.notices.ended(aJob({ ...ended, id: "01b" }));
  assert.equal(world.title, "2 jobs have ended · Canvas Queue");
  world.look();
  assert.equal(world.title, "Canvas Queue");
});

test("what ends in sight is no news", () => {
  world.look();
  world.notices.ended(aJob(ended));
  assert.equal(world.title, "Canvas Queue");
});

test("the system is told only if somebody allowed it, and its notice opens the job", async () => {
  world.notices.ended(aJob(ended));
  assert.deepEqual(world.shown, []);
  assert.ok(await world.notices.want(true));
  world.notices.ended(aJob({ ...ended, artifacts: [anArtifact()] }));
  const [{ title, body, icon, tag, click }] = world.shown;
  assert.deepEqual([title, body, icon, tag], ["Done", "A fox", "https://cdn.example/0.webp", "01a"]);
  click();
  assert.deepEqual(world.opened, ["01a"]);
});

test("a wish is remembered, and can be taken back", async () => {
  await world.notices.want(true);
  const again = new Notices({ store: world.store, open: () => {}, now: Date.now });
  assert.ok(again.wanted);
  assert.ok(!(await again.want(false)));
  world.notices.ended(aJob(ended));
  assert.deepEqual(world.shown, []);
});

test("a phone that allows notices and then refuses them costs nothing but the notice", async () => {
  await world.notices.want(true);
  globalThis.Notification = class {
    static permission = "granted";
    constructor() {
      throw new TypeError("Illegal constructor. Use ServiceWorkerRegistration.showNotification().");
    }
  };
  world.notices.ended(aJob(ended));
  assert.equal(world.title, "1 job has ended · Canvas Queue");
});
