/**
 * What an implementation shows of a suite.
 *
 * @packageDocumentation
 */

import { type CaseDocument, read, type Suite, type SuiteDocument } from "./document.js";
import { applies, checkHarness, type Fixtures, type Harness, reasonToSkip } from "./harness.js";
import { type Execution, run, TIME_LIMIT } from "./run.js";
import { StepFailure } from "./steps.js";

/** What came of a case, or of one row of its table. */
export interface Outcome {
  readonly case: string;

  /** The row of the table, from 1; 0 without a table. */
  readonly row: number;

  readonly outcome: "passed" | "failed" | "skipped" | "expected_failure" | "unexpected_pass";

  /** Why it was skipped or is expected to fail; what failed. Empty if it passed. */
  readonly reason: string;

  /** What was thrown, where something was. */
  readonly error?: unknown;
}

/** One case or row that is still to be executed. */
export interface Trial {
  readonly case: string;
  readonly row: number;

  /** The name of the case, and the row where there is one. */
  readonly title: string;

  /** Execute it. It does not throw. */
  readonly run: () => Promise<Outcome>;
}

/** Fixtures by suite. */
export type FixturesBySuite = Readonly<Record<string, Fixtures>>;

/**
 * List what an implementation has to show, in the order of the suite.
 *
 * @throws {@link HarnessError} if the harness does not fit the suite.
 */
export function trials(
  suite: Suite,
  harness: Harness,
  fixtures: FixturesBySuite,
  timeLimit = TIME_LIMIT,
): Trial[] {
  const document = read(suite);
  checkHarness(document, harness);
  const around = fixtures[document.suite] ?? {};
  return document.cases
    .filter((each) => applies(each, harness, around))
    .flatMap((each) =>
      rowsOf(each).map((row) => ({
        case: each.name,
        row,
        title: titleOf(each, row),
        run: () =>
          outcomeOf({ suite: document, harness, fixtures: around, case: each, row, timeLimit }),
      })),
    );
}

/** How to judge. */
export interface JudgeOptions {
  /** How long a case may take, in milliseconds; 60,000 without. */
  readonly timeLimit?: number | undefined;
}

/**
 * Execute all that an implementation has to show, one case after the other.
 *
 * @throws {@link HarnessError} if the harness does not fit the suite.
 */
export async function judgeWith(
  suite: Suite,
  harness: Harness,
  fixtures: FixturesBySuite,
  options: JudgeOptions = {},
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const trial of trials(suite, harness, fixtures, options.timeLimit)) {
    outcomes.push(await trial.run());
  }
  return outcomes;
}

function rowsOf(each: CaseDocument): number[] {
  return each.table.length === 0 ? [0] : each.table.map((_, n) => n + 1);
}

async function outcomeOf(execution: Execution): Promise<Outcome> {
  const { suite, harness, case: each, row } = execution;
  const about = { case: each.name, row };
  const skipped = reasonToSkip(each, harness);
  if (skipped !== undefined) return { ...about, outcome: "skipped", reason: skipped };
  const known = harness.expectedFailures;
  const expected = known?.[titleOf(each, row)] ?? known?.[each.name];
  try {
    await run(execution);
  } catch (error) {
    return expected === undefined
      ? { ...about, outcome: "failed", reason: reasonOf(suite, each, row, error), error }
      : { ...about, outcome: "expected_failure", reason: expected, error };
  }
  return expected === undefined
    ? { ...about, outcome: "passed", reason: "" }
    : { ...about, outcome: "unexpected_pass", reason: `it passes, but: ${expected}` };
}

/** The name of a case, and of its row where there are several. */
function titleOf(each: CaseDocument, row: number): string {
  return row === 0 ? each.name : `${each.name}-${row}`;
}

function reasonOf(suite: SuiteDocument, each: CaseDocument, row: number, error: unknown): string {
  const line = (error instanceof StepFailure ? error.line : undefined) ?? each.line;
  const where = `${titleOf(each, row)} (${suite.source}:${line})`;
  const problem = error instanceof Error ? error.message : String(error);
  return `${where}: ${each.summary}\n${problem}`;
}
