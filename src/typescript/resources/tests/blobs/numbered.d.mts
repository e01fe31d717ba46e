/** A blob that shows whether it is whole, and which one it is. */
export function blob(number: number): Uint8Array;

/** Check that a blob is whole, and return its number. */
export function numberOf(data: Uint8Array): number;
