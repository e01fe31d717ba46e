"""What a project file may say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dagstack.idl.check.rule import did_you_mean, found, rule
from dagstack.idl.check.shape import unknown_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dagstack.idl.diagnostics import Diagnostic, Finding
    from dagstack.idl.source import At, Span

__all__ = ["unknown_key"]


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
def wrong_target_option(at: At, target: str, why: str) -> Finding:
    """A target's options are of the kinds that it takes.

    Bad:
    ```yaml
    targets: {go: {out: generated}}
    ```

    Good:
    ```yaml
    targets: {go: {out: generated, module: example.com/contracts}}
    ```
    """
    message = f"the options of `{target}` do not fit: {why[:1].lower()}{why[1:]}"
    return found(wrong_target_option, at, message, part="key")


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
def outputs_overlap(at: At, first: At, out: str) -> Finding:
    """No two targets share an output folder, and none lies in another's.

    Each target owns its folder: what it did not make is stale there and is removed.

    Bad: `out: generated` and `out: generated/go`.

    Good: `out: generated/python` and `out: generated/go`.
    """
    return found(
        outputs_overlap,
        at,
        f"`{out}` overlaps with another target's folder",
        related=((first, "the other target"),),
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
def broken_package(at: At, name: str, diagnostics: Sequence[Diagnostic]) -> Finding:
    """An imported package is itself in order.

    Bad: an import of a folder without a `dagstack-idl.yaml`, or with mistakes in its specs.

    Good: a package for which `dagstack-idl check` finds nothing.
    """
    first = diagnostics[0] if diagnostics else None
    why = f": {first.span.file}:{first.span.line}: {first.message}" if first else ""
    return found(
        broken_package,
        at,
        f"the package `{name}` has mistakes of its own{why}",
        help="run `dagstack-idl check` in its folder",
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
