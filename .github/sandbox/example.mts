// A test of a program that posts, against the sandbox, by what every language has: HTTP and JSON.
//
//   xapi sandbox --addr 127.0.0.1:8080
//   SANDBOX=http://127.0.0.1:8080 npx tsx example.mts      (Node 20; from Node 22.18 on: node example.mts)
import assert from "node:assert/strict";

const sandbox = process.env.SANDBOX ?? "http://127.0.0.1:8080";

/** control has the sandbox do something, or asks it something: GET /sandbox/api/ lists what there is. */
async function control<T = any>(method: string, path: string, body?: unknown): Promise<T> {
  const answer = await fetch(`${sandbox}/sandbox/api${path}`, { method, body: body === undefined ? undefined : JSON.stringify(body) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${text}`);
  return JSON.parse(text || "null");
}

/** post is the program under test: it posts a text, and tries again where the API is unavailable. */
async function post(token: string, text: string): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    const answer = await fetch(`${sandbox}/2/tweets`, {
      method: "POST",
      headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
      body: JSON.stringify({ text }),
    });
    if (answer.status === 503 && attempt < 3) continue;
    if (!answer.ok) throw new Error(`${answer.status}: ${answer.headers.get("x-sandbox-hint") ?? (await answer.text())}`);
    return ((await answer.json()) as { data: { id: string } }).data.id;
  }
}

await control("POST", "/reset");
const { access_token: token } = await control("POST", "/tokens", { username: "ada", scopes: ["tweet.read", "tweet.write", "users.read"], lifetime: "2h" });

// The first call fails, the second one works.
await control("POST", "/faults", { operation: "createPosts", when: { times: 1 }, do: { answer: "unavailable" } });
const id = await post(token, "hello from TypeScript");

// What was sent, with bodies.
const sent = await control("GET", `/requests?operation=createPosts&body=${encodeURIComponent(JSON.stringify({ text: "hello from TypeScript" }))}`);
assert.deepEqual(sent.requests.map((r: { status: number }) => r.status), [503, 201]);
const { posts } = await control("GET", "/timeline?made=true");
assert.equal(posts[0].id, id);
assert.equal(posts[0].author.username, "ada");

// An answer of one's own, held against the contract.
await control("PUT", "/stubs/getUsersMe", { body: { data: { id: "12", name: "Ada", username: "ada_l" } }, times: 1 });
const me = await fetch(`${sandbox}/2/users/me`, { headers: { Authorization: `Bearer ${token}` } });
assert.equal(((await me.json()) as { data: { username: string } }).data.username, "ada_l");

// Two hours later the token has expired.
await control("POST", "/clock", { advance: "2h" });
await assert.rejects(post(token, "too late"), /401/);

await control("DELETE", "/faults");
console.log("all as it should be");
