// A copy of what the hub publishes, kept in step: node mirror.mjs https://hub.example.org/api/v1 copy.json [qjd_key]
// Run it as often as poll_after says, or when a webhook comes. Needs Node 18 and nothing else.
import { createHmac, timingSafeEqual } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

/** Bring a copy up to date: {next: address, items: {"type/id/lang": document or version of what is gone}}. */
export async function follow(api, copy, key = "") {
  const start = `${api}/changes?include=resource&limit=500`;
  const headers = key ? { Authorization: `Bearer ${key}` } : {};
  let address = copy.next ?? start;
  for (;;) {
    const answer = await fetch(address, { headers, signal: AbortSignal.timeout(30_000) });
    if (answer.status === 410) {
      // The copy is older than the hub remembers: begin again, and keep nothing that is not told anew.
      copy = {};
      address = start;
      continue;
    }
    if (!answer.ok) throw new Error(`${answer.status} at ${address}`);
    const { data, page } = await answer.json();
    copy.items ??= {};
    for (const change of data) {
      const name = `${change.type}/${change.id}/${change.lang}`;
      if (change.version <= (copy.items[name]?.version ?? 0)) continue;
      // What is withdrawn now comes without its document; its own withdrawal follows.
      const gone = change.op === "withdraw" || change.resource === null;
      copy.items[name] = gone ? { version: change.version } : change.resource;
    }
    copy.next = address = page.next;
    if (page.caught_up) return copy;
  }
}

/** Whether a webhook's body (a Buffer) was signed with one of our secrets within five minutes (Standard Webhooks). */
export function isFromTheHub(secrets, headers, body, now = Date.now() / 1000) {
  const sent = headers["webhook-timestamp"];
  if (!/^\d+$/.test(sent) || Math.abs(now - Number(sent)) > 300) return false;
  const signed = Buffer.concat([Buffer.from(`${headers["webhook-id"]}.${sent}.`), body]);
  const given = (headers["webhook-signature"] ?? "").split(" ").filter((one) => one.startsWith("v1,"));
  const right = secrets.map((secret) => {
    const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
    return Buffer.from(`v1,${createHmac("sha256", key).update(signed).digest("base64")}`);
  });
  const same = (one, other) => one.length === other.length && timingSafeEqual(one, other);
  return given.some((one) => right.some((other) => same(Buffer.from(one), other)));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const [api, file, key] = process.argv.slice(2);
  const copy = existsSync(file) ? JSON.parse(readFileSync(file, "utf-8")) : {};
  writeFileSync(file, JSON.stringify(await follow(api, copy, key)));
}
