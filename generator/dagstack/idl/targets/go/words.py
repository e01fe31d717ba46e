"""Words that Go keeps for itself, and file names that mean something to its tools."""

from __future__ import annotations

_KEYWORDS = (
    "break case chan const continue default defer else fallthrough for func go goto if import "
    "interface map package range return select struct switch type var"
)

_SAID = (
    "any bool byte comparable error float64 int int64 string true false iota nil append panic "
    "context slices sync time unimplemented box boxMaybe unbox unboxMaybe listOf mapOf"
)
"""What generated bodies say: predeclared names, packages, support functions."""

KEYWORDS = frozenset(_KEYWORDS.split())
TAKEN = KEYWORDS.union(_SAID.split())
"""What no param and no local may be called. Other predeclared functions, such as ``min``, may be
shadowed: generated code does not call them, and ``min, max int`` reads best."""

ERROR_MEMBERS = frozenset(("Err", "Error", "Timeout", "Unwrap"))
"""What every error type has or may have, so that no field of one can be called so."""

STANDARD_METHODS = frozenset(
    (
        *("GobDecode", "GobEncode", "MarshalJSON", "MarshalXML", "ReadByte", "ReadRune", "Seek"),
        *("UnmarshalJSON", "UnmarshalXML", "UnreadByte", "UnreadRune", "WriteByte"),
    )
)
"""Methods of the standard library's interfaces: `go vet` refuses them with another signature."""

_SYSTEMS = (
    "aix android darwin dragonfly freebsd hurd illumos ios js linux nacl netbsd openbsd plan9 "
    "solaris wasip1 windows zos"
)
_MACHINES = (
    "386 amd64 amd64p32 arm armbe arm64 arm64be loong64 mips mipsle mips64 mips64le mips64p32 "
    "mips64p32le ppc ppc64 ppc64le riscv riscv64 s390 s390x sparc sparc64 wasm"
)
_OUR_SUFFIXES = "stub spec"
_SPECIAL_ENDS = frozenset(f"{_SYSTEMS} {_MACHINES} {_OUR_SUFFIXES} test".split())
_OUR_FILES = frozenset(("catalogue", "doc", "support"))


def file_stem(spec: str) -> str:
    """The name of a spec's file without ``.go``: ``x_windows`` must not mean "Windows only"."""
    _, _, end = spec.rpartition("_")
    if spec in _OUR_FILES or ("_" in spec and end in _SPECIAL_ENDS):
        return f"{spec}_spec"
    return spec
