/**
 * What an implementation shows of a suite.
 *
 * @packageDocumentation
 */

import { read, type Suite } from "./document.js";
import { checkHarness } from "./fitting.js";
import { applies, type Fixtures, type Harness, reasonToSkip } from "./harness.js";
import { type Execution, run, TIME_LIMIT } from "./run.js";
import { show } from "./show.js";
import { StepFailure } from "./steps.js";
import { titlesOf } from "./titles.js";

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
  const around = fixtures[document.suite] ?? {};
  checkHarness(document, harness, around);
  return document.cases
    .filter((each) => applies(each, harness, around))
    .flatMap((each) =>
      titlesOf(each).map(({ row, title }) => ({
        case: each.name,
        row,
        title,
        run: () =>
          outcomeOf(
            { suite: document, harness, fixtures: around, case: each, row, timeLimit },
            title,
          ),
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

async function outcomeOf(execution: Execution, title: string): Promise<Outcome> {
  const { suite, harness, case: each, row } = execution;
  const about = { case: each.name, row };
  const skipped = reasonToSkip(each, harness);
  if (skipped !== "") return { ...about, outcome: "skipped", reason: skipped };
  const known = harness.expectedFailures;
  const expected = known?.[title] ?? known?.[each.name];
  const told = (problem: string, line = each.line): string => {
    const columns = each.table[row - 1];
    const shown = columns === undefined ? "" : `\nits row: ${show(columns)}`;
    return `${title} (${suite.source}:${line}): ${each.summary}\n${problem}${shown}`;
  };
  try {
    await run(execution);
  } catch (error) {
    return expected === undefined
      ? { ...about, outcome: "failed", reason: told(...problemOf(error)), error }
      : { ...about, outcome: "expected_failure", reason: expected, error };
  }
  return expected === undefined
    ? { ...about, outcome: "passed", reason: "" }
    : {
        ...about,
        outcome: "unexpected_pass",
        reason: told(`it passes, but is to fail: ${expected}`),
      };
}

/** What went wrong, and on which line of the suite if a step did. */
function problemOf(error: unknown): [problem: string, line: number | undefined] {
  const problem = error instanceof Error ? error.message : String(error);
  return [problem, error instanceof StepFailure ? error.line : undefined];
}
