"""What a project file may say."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from dagstack.idl.check.rule import did_you_mean, found, rule

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dagstack.idl.diagnostics import Diagnostic, Finding
    from dagstack.idl.source import At, Span


@rule("error")
def no_project_file(span: Span) -> Finding:
    """The commands run in a folder with a `dagstack-idl.yaml`, or are told where one is.

    Bad: `dagstack-idl generate` in an empty folder.

    Good: `dagstack-idl generate --project path/to/folder`.
    """
    return found(
        no_project_file,
        (span.file,),
        "there is no project file here",
        span=span,
        help="run the command where `dagstack-idl.yaml` is, or name its folder with --project",
    )


@rule("error")
def no_spec_files(at: At, folder: str) -> Finding:
    """The folder of specs holds at least one.

    Bad: `specs: spce`, a folder that does not exist.

    Good: `specs: spec`, with `spec/clock.yaml` in it.
    """
    return found(
        no_spec_files,
        at,
        f"no *.yaml file is in the folder `{folder}`",
        help="`specs` is a folder beside the project file",
    )


@rule("error")
def misnamed_spec_file(at: At, stem: str) -> Finding:
    """A spec file's name ends in `.yaml`.

    One that ends in `.yml` would be passed over in silence.

    Bad: `spec/clock.yml`.

    Good: `spec/clock.yaml`.
    """
    message = "this file is not read: a spec's name ends in `.yaml`"
    return found(misnamed_spec_file, at, message, help=f"rename it to `{stem}.yaml`")


@rule("error")
def unknown_target(at: At, name: str, known: tuple[str, ...]) -> Finding:
    """A target is built in, installed as an entry point, or named by `use`.

    Bad:
    ```yaml
    targets: {pyhton: {out: generated}}
    ```

    Good:
    ```yaml
    targets: {python: {out: generated, module: acme.contracts}}
    ```
    """
    hint = did_you_mean(name, known) or f"known: {', '.join(known)}"
    return found(unknown_target, at, f"no target is called `{name}`", help=hint, part="key")


@rule("error")
def target_cannot_be_loaded(at: At, name: str, why: str) -> Finding:
    """What `use` names is a folder, or a module, with a `TARGET` in it.

    Bad: `use: my_target`, where `my_target/__init__.py` defines no `TARGET`.

    Good: a folder like those in `dagstack/idl/targets`.
    """
    return found(target_cannot_be_loaded, at, f"the target `{name}` cannot be loaded: {why}")


@rule("error")
def output_outside_project(at: At, out: str) -> Finding:
    """Output goes to a folder of its own below the project's.

    A spec or project file from elsewhere must not be able to write over your files.

    Bad: `out: ../elsewhere`, `out: /etc`, `out: .`, or a link that leads out of the project.

    Good: `out: generated/python`.
    """
    return found(
        output_outside_project,
        at,
        f"`{out}` is not a folder below the project's own",
        help="write a relative path such as `generated/python`",
    )


@rule("error")
def outputs_overlap(at: At, out: str, first: At, what: str) -> Finding:
    """An output folder is a target's own: not another's, in another's, or around the specs.

    Each target owns its folder: what it did not make is stale or stray there.

    Bad: `out: generated` and `out: generated/go`, or `out: spec` beside `specs: spec`.

    Good: `out: generated/python` and `out: generated/go`.
    """
    return found(
        outputs_overlap,
        at,
        f"`{out}` overlaps with {what}",
        related=((first, what),),
    )


@rule("error")
def package_cycle(at: At, chain: tuple[str, ...]) -> Finding:
    """Packages do not import each other in a circle.

    Bad: `acme` imports `limits`, and `limits` imports `acme`.

    Good: what both need is a third package.
    """
    circle = " imports ".join(f"`{name}`" for name in chain)
    return found(package_cycle, at, f"packages go round in a circle: {circle}", part="key")


@rule("error")
def package_name_differs(at: At, name: str, package: str) -> Finding:
    """A package is imported by the name that it gives itself.

    A package under two names would be two packages, and what one says of the other could not be
    followed.

    Bad: `imports: {limits: ../rate_limits}`, where the project file there says
    `package: rate_limits`.

    Good: `imports: {rate_limits: ../rate_limits}`, for the same package.
    """
    return found(
        package_name_differs,
        at,
        f"the package in this folder is called `{package}`, not `{name}`",
        help=f"import it as `{package}`",
        part="key",
    )


@rule("error")
def broken_package(at: At, name: str, folder: str, diagnostics: Sequence[Diagnostic]) -> Finding:
    """An imported package is itself in order.

    Bad: an import of a folder without a `dagstack-idl.yaml`, or with mistakes in its specs.

    Good: a package for which `dagstack-idl check` finds nothing.
    """
    errors = [each for each in diagnostics if each.level == "error"]
    why = "".join(
        f": {folder}/{each.span.file}:{each.span.line}: {each.message}" for each in errors[:1]
    )
    return found(
        broken_package,
        at,
        f"the package `{name}` has mistakes of its own{why}",
        help=f"run `dagstack-idl check --project {shlex.quote(folder)}`",
    )


@rule("error")
def package_lacks_target(at: At, name: str, target: str) -> Finding:
    """An imported package has output in every language that the project generates.

    Its types are imported by the generated code, from the module that its project file names.

    Bad: a project with a `go` target imports a package that has only a `python` target.

    Good: the package has both, or the project generates Python alone.
    """
    return found(
        package_lacks_target,
        at,
        f"the package `{name}` has no `{target}` output to import",
        help=f"add `{target}` to the targets of that package, or take it out of this project's",
        part="key",
    )
