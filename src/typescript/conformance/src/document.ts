/**
 * What a suite says, as `docs/conformance-format.md` describes it.
 *
 * @packageDocumentation
 */

/** A suite as `@dagstack/contracts/conformance`, or the package of another project, exports it. */
export interface Suite {
  readonly format: number;
  readonly suite: string;
  readonly source: string;
  readonly [part: string]: unknown;
}

/** A value that JSON holds; what it cannot hold is a mapping whose one key is a tag. */
export type Tagged =
  null | boolean | number | string | readonly Tagged[] | { readonly [key: string]: Tagged };

/** A type: the name of a scalar, or a mapping whose one key says what it is. */
export type TypeTree =
  | string
  | { readonly list: TypeTree }
  | { readonly map: readonly [TypeTree, TypeTree] }
  | { readonly maybe: TypeTree }
  | { readonly interface: string }
  | { readonly record: string }
  | { readonly enum: string }
  | { readonly error: string }
  | { readonly variable: string }
  | { readonly subject: string };

/** An option, a param of an action, or a property. */
export interface Slot {
  readonly type: TypeTree;
  readonly default?: Tagged;
}

/** What a harness can do with a subject beside the methods of its interfaces. */
export interface ActionDocument {
  readonly params: Readonly<Record<string, Slot>>;
  readonly returns: TypeTree | null;
  readonly errors: readonly string[];
}

/** What a case can be given. */
export interface SubjectDocument {
  readonly is: readonly string[];
  readonly options: Readonly<Record<string, Slot>>;
  readonly properties: Readonly<Record<string, Slot>>;
  readonly actions: Readonly<Record<string, ActionDocument>>;
}

/** A method, with the names that this language has for it. */
export interface MethodDocument {
  readonly name: string;
  readonly effect: "instant" | "blocking" | "async";
  readonly params: readonly {
    readonly name: string;
    readonly type: TypeTree;
    readonly default?: Tagged;
  }[];
  readonly options: readonly {
    readonly name: string;
    readonly field: string;
    readonly type: TypeTree;
  }[];
  readonly returns: TypeTree | null;
}

/** An interface, with the names that this language has for its members. */
export interface InterfaceDocument {
  readonly name: string;
  readonly methods: Readonly<Record<string, MethodDocument>>;
  readonly properties: Readonly<Record<string, { readonly name: string; readonly type: TypeTree }>>;
}

/** A record's fields, or an error's. */
export interface RecordDocument {
  readonly name: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** An error, with the name of its class. */
export interface ErrorDocument {
  readonly name: string;
  /** The specification that declares it: the beginning of the id that its class carries. */
  readonly home: string;
  readonly fields: Readonly<Record<string, { readonly name: string; readonly type: TypeTree }>>;
}

/** The values of an enum. */
export interface EnumDocument {
  readonly name: string;
  readonly values: readonly string[];
}

/** Which error a step expects, and what of its fields. */
export interface Raises {
  readonly error: string;
  readonly fields?: Readonly<Record<string, Tagged>>;
}

/** A step: one verb, and what comes of it. */
export interface Step {
  readonly line?: number;
  readonly call?: readonly [string, string];
  readonly read?: readonly [string, string];
  readonly start?: readonly [string, string];
  readonly make?: {
    readonly subject: string;
    readonly options?: Readonly<Record<string, Tagged>>;
  };
  readonly wait?: string;
  readonly cancel?: string;
  readonly pending?: readonly string[];
  readonly ended?: readonly string[];
  readonly let?: readonly (readonly [string, Tagged])[];
  readonly overwrite?: Tagged;
  readonly check?: Tagged;
  readonly is?: Tagged;
  readonly for?: string;
  readonly together?: string;
  readonly in?: readonly Tagged[] | { readonly from: Tagged; readonly to: Tagged };
  readonly do?: readonly Step[];
  readonly branches?: readonly (readonly Step[])[];
  readonly args?: Readonly<Record<string, Tagged>>;
  readonly returns?: Tagged;
  readonly raises?: Raises;
  readonly as?: string;
}

/** One fact, and the steps that show it. */
export interface CaseDocument {
  readonly name: string;
  readonly line: number;
  readonly summary: string;
  readonly needs: readonly string[];
  readonly given: readonly {
    readonly name: string;
    readonly subject: string;
    readonly options: Readonly<Record<string, Tagged>>;
  }[];
  readonly table: readonly Readonly<Record<string, Tagged>>[];
  readonly steps?: readonly Step[];
  readonly by_hand?: string;
}

/** All of a suite. */
export interface SuiteDocument {
  readonly suite: string;
  readonly source: string;
  readonly summary: string;
  readonly capabilities: Readonly<Record<string, string>>;
  readonly subjects: Readonly<Record<string, SubjectDocument>>;
  readonly interfaces: Readonly<Record<string, InterfaceDocument>>;
  readonly records: Readonly<Record<string, RecordDocument>>;
  readonly enums?: Readonly<Record<string, EnumDocument>>;
  readonly errors: Readonly<Record<string, ErrorDocument>>;
  readonly cases: readonly CaseDocument[];
}

/** The version of the format that this runner reads. */
export const FORMAT = 1;

/**
 * Look into a suite.
 *
 * @throws `Error` if it was printed in a format that this runner does not read.
 */
export function read(suite: Suite): SuiteDocument {
  if (suite.format !== FORMAT) {
    throw new Error(
      `suite ${suite.suite} has format ${suite.format}, but this runner reads format ${FORMAT}: ` +
        "use the version of @dagstack/conformance that belongs to the package of the suite",
    );
  }
  // The generator has checked it, and the format says what is in it.
  return suite as unknown as SuiteDocument;
}

/** The subjects that a case is given or makes. */
export function subjectsOf(each: CaseDocument): Set<string> {
  const made = (steps: readonly Step[]): string[] =>
    steps.flatMap((step) => [
      ...(step.make === undefined ? [] : [step.make.subject]),
      ...made(step.do ?? []),
      ...made((step.branches ?? []).flat()),
    ]);
  return new Set([...each.given.map(({ subject }) => subject), ...made(each.steps ?? [])]);
}
