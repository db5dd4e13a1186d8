// Says of each case on standard input whether a verifier accepts it: node verify.mjs ours CLIENT, or: official.
// A case is {secrets, headers, body}, its body in base64. Prints a list.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const cases = JSON.parse(readFileSync(0, "utf-8"));

async function ours() {
  const { isFromTheHub } = await import(pathToFileURL(process.argv[3]));
  return ({ secrets, headers, body }) => isFromTheHub(secrets, headers, body);
}

async function official() {
  const { Webhook } = await import("standardwebhooks");
  const accepts = (secret, headers, body) => {
    try {
      new Webhook(secret).verify(body, headers);
      return true;
    } catch (error) {
      if (error.constructor.name !== "WebhookVerificationError") throw error;
      return false;
    }
  };
  return ({ secrets, headers, body }) => secrets.some((secret) => accepts(secret, headers, body));
}

const accepts = await { ours, official }[process.argv[2]]();
console.log(JSON.stringify(cases.map((one) => accepts({ ...one, body: Buffer.from(one.body, "base64") }))));
