/**
 * What timers can count.
 *
 * @packageDocumentation
 */

/** The most milliseconds that a timer waits; one that is told more goes off at once. */
export const LONGEST_TIMER = 2 ** 31 - 1;
