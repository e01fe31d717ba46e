"""The names that are taken in TypeScript, by where a name stands."""

from __future__ import annotations

_WORDS = """
any arguments as async await bigint boolean break case catch class const continue debugger default
delete do else enum eval export extends false finally for function get globalThis if implements
import in infer instanceof interface keyof let never new null number object of package private
protected public readonly require return satisfies set static string super switch symbol this throw
true try type typeof undefined unique unknown var void while with yield Infinity NaN
"""
_GLOBALS = """
AggregateError Array ArrayBuffer ArrayLike AsyncIterable AsyncIterator Atomics Awaited BigInt
Boolean Capitalize DataView Date Error ErrorOptions EvalError Exclude Extract FinalizationRegistry
Function Generator Intl Iterable Iterator JSON Map Math NonNullable Number Object Omit Parameters
Partial Pick Promise PromiseLike PropertyKey Proxy RangeError Readonly ReadonlyArray ReadonlyMap
ReadonlySet Record ReferenceError Reflect RegExp Required ReturnType Set SharedArrayBuffer String
Symbol SyntaxError ThisType TypeError URIError Uint8Array Uncapitalize WeakMap WeakRef WeakSet
"""
_OBJECT = """
constructor hasOwnProperty isPrototypeOf new propertyIsEnumerable then toLocaleString toString
valueOf __proto__ __defineGetter__ __defineSetter__ __lookupGetter__ __lookupSetter__
"""

BINDINGS = frozenset([*_WORDS.split(), *_GLOBALS.split(), "UnimplementedError"])
"""What cannot, or had better not, be a variable, param or type: the words of a strict module; the
language's own types and values, which generated code means by these names; and what it throws."""

WITH_OPTIONS = BINDINGS | {"options"}
"""The same for the params of a method with options."""

MEMBERS = frozenset(_OBJECT.split())
"""What every object has already; ``then``, for which ``await`` would call an object; and ``new``,
which an interface takes for a constructor."""

ERROR_MEMBERS = MEMBERS | {"cause", "code", "message", "name", "stack"}
"""What every generated error has already."""

MODULES = frozenset(["catalogue", "index", "support", "testing"])
"""The files of ``src`` that belong to no spec."""
