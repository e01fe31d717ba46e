/**
 * Calling methods and actions by the names that a suite has for them.
 *
 * @packageDocumentation
 */

import type {
  ActionDocument,
  InterfaceDocument,
  MethodDocument,
  Slot,
  SuiteDocument,
  TypeTree,
} from "./document.js";
import { Failure } from "./errors.js";
import type { Action, Arguments, Fixtures, Harness, Setting } from "./harness.js";
import type { Named } from "./names.js";
import { decode, type Decoding, fitted } from "./values.js";

/** A call that can be made, and what it is declared to return. */
export interface Call {
  /** What it returns; nothing at all where anything is fine. */
  readonly returns: TypeTree | null | undefined;
  readonly invoke: (args: Arguments) => unknown;
}

/** Finds out how a suite's names are called in this language, and of this implementation. */
export class Calls {
  readonly #suite: SuiteDocument;
  readonly #actions: Readonly<Record<string, Action>>;
  readonly #setting: Setting;
  readonly #plain: Decoding;

  constructor(suite: SuiteDocument, harness: Harness, fixtures: Fixtures, setting: Setting) {
    this.#suite = suite;
    this.#actions = { ...fixtures.actions, ...harness.actions };
    this.#setting = setting;
    this.#plain = {
      suite,
      lookup: (path) => {
        throw new Error(`a default speaks of ${path.join(".")}`);
      },
    };
  }

  /** The call of a method or an action. */
  find({ value, type }: Named, member: string): Call {
    const subject = subjectOf(type);
    if (subject !== undefined) {
      const declared = this.#suite.subjects[subject];
      const action = declared?.actions[member];
      if (action !== undefined) return this.#action(value, subject, member, action);
      if (member === "close") return this.#closing(value, subject);
      for (const name of declared?.is ?? []) {
        const call = methodOf(value, this.#suite.interfaces[name], member);
        if (call !== undefined) return call;
      }
    }
    const call = methodOf(value, this.#suite.interfaces[interfaceOf(type) ?? ""], member);
    if (call !== undefined) return call;
    if (member === "close") return this.#closing(value, "");
    throw new Error(`this runner knows no ${member} of ${JSON.stringify(type)}`);
  }

  /** Read a property. */
  read({ value, type }: Named, property: string): Call {
    const subject = subjectOf(type);
    const declared = subject === undefined ? undefined : this.#suite.subjects[subject];
    for (const name of [...(declared?.is ?? []), interfaceOf(type) ?? ""]) {
      const found = this.#suite.interfaces[name]?.properties[property];
      if (found !== undefined) {
        return {
          returns: found.type,
          invoke: (): unknown => Reflect.get(value as object, found.name),
        };
      }
    }
    const own = this.#actions[`${subject ?? ""}.${property}`];
    return {
      returns: declared?.properties[property]?.type,
      invoke: (): unknown =>
        own === undefined
          ? Reflect.get(value as object, camel(property))
          : own(value as never, {}, this.#setting),
    };
  }

  #action(value: unknown, subject: string, member: string, declared: ActionDocument): Call {
    const own = this.#actions[`${subject}.${member}`];
    return {
      returns: declared.returns ?? undefined,
      invoke: (args) => {
        const full = this.filled(declared.params, args);
        if (own !== undefined) return own(value as never, full, this.#setting);
        return method(value, camel(member)).call(value, ...Object.values(full));
      },
    };
  }

  /** Fill in what may be left out. */
  filled(slots: Readonly<Record<string, Slot>>, given: Arguments): Arguments {
    return Object.fromEntries(
      Object.entries(slots).map(([name, slot]) => [name, this.#argument(given, name, slot)]),
    );
  }

  #argument(given: Arguments, name: string, { type, default: usual }: Slot): unknown {
    if (Object.hasOwn(given, name)) return fitted(given[name], type);
    return usual === undefined ? undefined : fitted(decode(usual, this.#plain), type);
  }

  #closing(value: unknown, subject: string): Call {
    const own = this.#actions[`${subject}.close`];
    return {
      returns: undefined,
      invoke: () =>
        own === undefined ? close(Object(value) as object) : own(value as never, {}, this.#setting),
    };
  }
}

/** Close something in the way that it has. */
function close(value: object): unknown {
  for (const name of ["close", Symbol.asyncDispose, Symbol.dispose]) {
    const found: unknown = Reflect.get(value, name);
    if (typeof found === "function") return (found as () => unknown).call(value);
  }
  throw new Failure(
    "it has neither close nor Symbol.asyncDispose nor Symbol.dispose: give the harness an action for it",
  );
}

function methodOf(
  value: unknown,
  declared: InterfaceDocument | undefined,
  member: string,
): Call | undefined {
  const found = declared?.methods[member];
  if (found === undefined) return undefined;
  return {
    returns: found.returns,
    invoke: (args) => {
      const called = method(value, found.name);
      if (found.effect === "instant") return called.apply(value, positional(found, args));
      return promised(() => called.apply(value, positional(found, args)), found.name);
    },
  };
}

/** Call what returns a promise. One that throws in place of rejecting surprises its callers. */
function promised(call: () => unknown, name: string): Promise<unknown> {
  let result: unknown;
  try {
    result = call();
  } catch (error) {
    throw new Failure(`${name} threw in place of returning a promise that rejects`, {
      cause: error,
    });
  }
  if (typeof result !== "object" || result === null || !("then" in result)) {
    throw new Failure(`${name} returned no promise`);
  }
  return Promise.resolve(result);
}

function positional(declared: MethodDocument, args: Arguments): unknown[] {
  const values = declared.params.map(({ name, type }) => fitted(args[name], type));
  const options = Object.fromEntries(
    declared.options
      .map(({ name, field, type }) => [field, fitted(args[name], type)] as const)
      .filter(([, value]) => value !== undefined),
  );
  if (Object.keys(options).length > 0) return [...values, options];
  // What a caller leaves out is not given as `undefined`, as no caller writes that.
  const given = declared.params.map(({ name }) => Object.hasOwn(args, name)).lastIndexOf(true);
  return values.slice(0, given + 1);
}

function method(value: unknown, name: string): (...args: unknown[]) => unknown {
  const found: unknown = Reflect.get(value as object, name);
  if (typeof found !== "function") throw new Failure(`there is no method ${name}`);
  return found as (...args: unknown[]) => unknown;
}

function subjectOf(type: TypeTree | null): string | undefined {
  return typeof type === "object" && type !== null && "subject" in type ? type.subject : undefined;
}

function interfaceOf(type: TypeTree | null): string | undefined {
  return typeof type === "object" && type !== null && "interface" in type
    ? type.interface
    : undefined;
}

function camel(name: string): string {
  return name.replace(/_([a-z0-9])/gu, (_, letter: string) => letter.toUpperCase());
}
