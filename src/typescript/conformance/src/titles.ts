/**
 * What cases and their rows are called.
 *
 * @packageDocumentation
 */

import type { CaseDocument } from "./document.js";

/** A row of a case, from 1, or 0 where there is no table. */
export interface Titled {
  readonly row: number;

  /** The name of the case, and the row where there is one. */
  readonly title: string;
}

/** All rows of a case, or the case itself. */
export function titlesOf({ name, table }: CaseDocument): Titled[] {
  if (table.length === 0) return [{ row: 0, title: name }];
  return table.map((_, n) => ({ row: n + 1, title: `${name}-${n + 1}` }));
}
