// Waits to try a request again, and ends by itself once its client is closed: waiting.mjs URL
import { PooledHttpClient } from "@dagstack/resources/node";

const client = new PooledHttpClient();
const call = client.get(process.argv[2] ?? "").catch((error) => error.code);
process.stdin.resume();
await new Promise((resolve) => process.stdin.once("end", resolve));
await client.close();
console.log(await call);
