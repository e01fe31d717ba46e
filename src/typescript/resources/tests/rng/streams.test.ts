import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";

import { expect, test } from "vitest";

import { DeterministicRng } from "@dagstack/resources";

const path = process.env.DAGSTACK_RNG_STREAMS ?? "";

/** A draw and what comes of it, as tests/streams writes it down. */
function draw(rng: DeterministicRng, line: string): string {
  const [kind, first, second] = line.split(" ");
  switch (kind) {
    case "f": {
      const bits = new DataView(new ArrayBuffer(8));
      bits.setFloat64(0, rng.nextFloat());
      return `f ${bits.getBigUint64(0).toString(16).padStart(16, "0")}`;
    }
    case "i":
      return `i ${String(first)} ${String(second)} ${String(rng.nextInt(Number(first), Number(second)))}`;
    case "c": {
      const items = Array.from({ length: Number(first) }, (_, index) => index);
      return `c ${String(first)} ${String(rng.choice(items))}`;
    }
    case "u":
      return `u ${rng.uuid4()}`;
    default:
      throw new Error(`no draw is called ${String(kind)}`);
  }
}

test.skipIf(path === "")(
  "draws what CPython draws (tests/streams makes the file)",
  async () => {
    let rng = new DeterministicRng({ seed: 0 });
    let draws = 0;
    for await (const line of createInterface({ input: createReadStream(path) })) {
      if (line.startsWith("seed ")) {
        rng = new DeterministicRng({ seed: BigInt(line.slice("seed ".length)) });
        continue;
      }
      draws += 1;
      const drawn = draw(rng, line);
      if (drawn !== line) {
        expect(drawn, `draw ${String(draws)}`).toBe(line);
      }
    }
    console.log(`${String(draws)} draws`);
  },
  120_000,
);
