/** Fakes: a server that answers from a script, and a clock that moves when told. */

/**
 * A `fetch` that gives the answers in order and remembers what it was asked.
 * An answer is `{status, body, headers}`, or an Error for a connection that breaks.
 */
export function scripted(...answers) {
  const asked = [];
  const fetch = async (url, request) => {
    asked.push({ url, ...request });
    const answer = answers.shift();
    if (!answer) throw new Error(`nobody expected ${request.method} ${url}`);
    if (answer instanceof Error) throw answer;
    const { status = 200, body = null, headers = {} } = answer;
    const text = body === null ? null : typeof body === "string" ? body : JSON.stringify(body);
    return new Response(text, { status, headers });
  };
  return { fetch, asked };
}

/** What POST /visitors says. */
export const WELCOME = { status: 204 };

/** XMLHttpRequests that end as they are told; `requests` has all that were made. */
export function scriptedRequests() {
  const requests = [];
  class Request {
    upload = {};
    aborted = false;

    open(method, url) {
      Object.assign(this, { method, url });
    }

    send(body) {
      this.body = body;
    }

    abort() {
      this.aborted = true;
      this.onabort?.();
    }

    progress(loaded, total) {
      this.upload.onprogress({ loaded, total });
    }

    answer(status, responseText = "") {
      Object.assign(this, { status, responseText });
      this.onload();
    }

    fail() {
      this.onerror();
    }
  }
  const request = () => {
    const made = new Request();
    requests.push(made);
    return made;
  };
  return { request, requests };
}

/** Timers that fire only when told to. */
export class ManualTimers {
  pending = new Map();
  #next = 1;

  set = (run, ms) => {
    this.pending.set(this.#next, { run, ms });
    return this.#next++;
  };

  clear = (timer) => {
    this.pending.delete(timer);
  };

  get waits() {
    return [...this.pending.values()].map(({ ms }) => ms);
  }

  /** Let the one pending timer fire, and what it started come to rest. */
  async fire() {
    const [[timer, { run }]] = this.pending;
    this.pending.delete(timer);
    run();
    await settled();
  }
}

/** After this, every promise that could settle without a timer has. */
export function settled() {
  return new Promise((resolve) => setImmediate(resolve));
}

/** A job as the API tells it in full. */
export function aJob(changes = {}) {
  return {
    id: "01a",
    version: 1,
    status: "queued",
    done: false,
    partial: false,
    cancel_requested: false,
    task: { kind: "text_to_image", prompt: "A fox", width: 1024, height: 512, n: 2, seed: 7 },
    requested_model: "auto",
    resolved_model: "stable-image-core",
    fallback_reason: null,
    warnings: [],
    created_at: "2026-01-01T12:00:00Z",
    finished_at: null,
    queue: { ahead: null, eta_seconds: null },
    progress: { images_done: 0, images_total: 2 },
    cost: { estimate_usd: 0.08, actual_usd: null, billed: false },
    artifacts: [],
    failure: null,
    ...changes,
  };
}

/** A picture of a job. */
export function anArtifact(k = 0) {
  return {
    k,
    url: `https://cdn.example/${k}.png`,
    thumbnail_url: `https://cdn.example/${k}.webp`,
    url_expires_at: "2026-01-01T13:00:00Z",
    width: 1024,
    height: 512,
    seed: 7 + k,
  };
}
