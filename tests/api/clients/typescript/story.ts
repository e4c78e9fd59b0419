// The whole way with the generated client: what does not fit the document does not compile.
//   node story.js ORIGIN KEY TEXT

import { get } from "node:http";
import createClient from "openapi-fetch";
import type { paths } from "./api.js";

const [origin, key, text] = process.argv.slice(2) as [string, string, string];
const headers = { Authorization: `Bearer ${key}` };
const client = createClient<paths>({ baseUrl: `${origin}/api/v1`, headers });

/** The data of an answer that has to have some. */
function good<T>(answer: { data?: T; error?: { detail: string } }): T {
  if (answer.data === undefined) throw new Error(answer.error?.detail ?? "no data");
  return answer.data;
}

async function settled<T extends { state: string }>(ask: () => Promise<T>, waiting: string[]): Promise<T> {
  for (let turn = 0; turn < 600; turn++) {
    const thing = await ask();
    if (!waiting.includes(thing.state)) return thing;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("it takes too long");
}

function read(path: string, host: string): Promise<string> {
  return new Promise((resolve, reject) => {
    get(`${origin}${path}`, { headers: { host } }, (answer) => {
      let body = "";
      answer.setEncoding("utf8").on("data", (more: string) => (body += more));
      answer.on("end", () => (answer.statusCode === 200 ? resolve(body) : reject(new Error(`${answer.statusCode}`))));
    }).on("error", reject);
  });
}

const site = good(await client.POST("/sites", { body: { slug: "from-typescript", title: "From TypeScript" } }));
const path = { site: site.id };
good(await client.PATCH("/sites/{site}", { params: { path }, body: { gate: 30 } }));
good(await client.POST("/sources", { body: { site: site.id, name: "robots.md", title: "Robots", text } }));

const brief = { text: "What robots.txt says.", sources: ["robots.md"], tags: [], authors: [] };
const page = good(
  await client.POST("/pages", { body: { site: site.id, path: "robots.md", title: "Robots", kind: "article", brief } }),
);
const params = { path: { page: page.id } };
const job = good(await client.POST("/pages/{page}/generate", { params }));
const look = async () => good(await client.GET("/jobs/{job}", { params: { path: { job: job.id } } }));
const done = await settled(look, ["queued", "running"]);
if (done.state !== "done") throw new Error(done.cause);

const claims = good(await client.GET("/pages/{page}/claims", { params }));
if (claims.data.length === 0 || claims.data.some((claim) => claim.state !== "supported")) throw new Error("claims");
good(await client.POST("/pages/{page}/approve", { params, body: { revision: 1 } }));

const asked = good(
  await client.POST("/editions", { body: { site: site.id, pages: [], reason: "a story", go_live: true } }),
);
const seen = async () => good(await client.GET("/editions/{edition}", { params: { path: { edition: asked.id } } }));
const edition = await settled(seen, ["queued"]);
if (edition.state !== "ready") throw new Error(edition.error);

const refused = await client.POST("/sites", { body: { slug: "No Slug", title: "" } });
const faults = refused.error?.errors.map((fault) => fault.pointer);
if (refused.response.status !== 422 || faults?.[0] !== "/title") throw new Error(`${faults}`);

console.log(await read("/robots/", new URL(site.url).host));
