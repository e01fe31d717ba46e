/**
 * SHA-256 of FIPS 180-4 for short texts. A browser's own is asynchronous, and forking a source of
 * randomness is not.
 *
 * @packageDocumentation
 */

const BLOCK = 64;

/** The first 32 bits of the fractional part of a root of each of the first primes. */
function constants(count: number, root: (prime: number) => number): Uint32Array {
  const words = new Uint32Array(count);
  let found = 0;
  for (let candidate = 2; found < count; candidate++) {
    let prime = true;
    for (let divisor = 2; divisor * divisor <= candidate; divisor++) {
      if (candidate % divisor === 0) prime = false;
    }
    if (prime) words[found++] = (root(candidate) % 1) * 2 ** 32;
  }
  return words;
}

const ROUNDS = constants(BLOCK, Math.cbrt);
const BEGINNING = constants(8, Math.sqrt);

/** Return the digest, 32 bytes. */
export function sha256(message: Uint8Array): Uint8Array {
  const blocks = Math.ceil((message.length + 9) / BLOCK);
  const padded = new Uint8Array(blocks * BLOCK);
  padded.set(message);
  padded[message.length] = 0x80;
  const words = new DataView(padded.buffer);
  words.setBigUint64(padded.length - 8, BigInt(message.length) * 8n);

  const state = BEGINNING.slice();
  for (let block = 0; block < blocks; block++) compress(state, words, block * BLOCK);

  const digest = new DataView(new ArrayBuffer(32));
  state.forEach((word, index) => {
    digest.setUint32(index * 4, word);
  });
  return new Uint8Array(digest.buffer);
}

function compress(state: Uint32Array, words: DataView, start: number): void {
  const schedule = new Uint32Array(BLOCK);
  const at = (index: number): number => schedule[index] ?? 0;
  for (let round = 0; round < 16; round++) schedule[round] = words.getUint32(start + round * 4);
  for (let round = 16; round < BLOCK; round++) {
    const far = at(round - 15);
    const near = at(round - 2);
    const first = turned(far, 7) ^ turned(far, 18) ^ (far >>> 3);
    const second = turned(near, 17) ^ turned(near, 19) ^ (near >>> 10);
    schedule[round] = at(round - 16) + first + at(round - 7) + second;
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
  for (let round = 0; round < BLOCK; round++) {
    const choice = (e & f) ^ (~e & g);
    const first = h + (turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)) + choice;
    const both = (first + (ROUNDS[round] ?? 0) + at(round)) | 0;
    const majority = (a & b) ^ (a & c) ^ (b & c);
    const second = (turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + majority;
    [a, b, c, d, e, f, g, h] = [(both + second) | 0, a, b, c, (d + both) | 0, e, f, g];
  }
  [a, b, c, d, e, f, g, h].forEach((word, index) => {
    state[index] = (state[index] ?? 0) + word;
  });
}

/** A word turned to the right. */
function turned(word: number, by: number): number {
  return (word >>> by) | (word << (32 - by));
}
