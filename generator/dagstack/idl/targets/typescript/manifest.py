"""``package.json`` and ``README.md``."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from dagstack.idl import prose
from dagstack.idl.model import Code
from dagstack.idl.targets.typescript import docs, names, view
from dagstack.idl.targets.typescript.literals import INVISIBLE
from dagstack.idl.targets.typescript.options import npm_packages

if TYPE_CHECKING:
    from dagstack.idl import model
    from dagstack.idl.targets.typescript.options import Options

_MARKUP = re.compile(r"[\\`*_{}\[\]<>#|~!&$]")


def lower_package_json(
    package: model.Package, options: Options, top: tuple[str, ...]
) -> view.PackageJson:
    """The manifest."""
    npm = npm_packages(package)
    peers = [
        f"{json.dumps(npm[each.name])}: {json.dumps('^' + each.package.version)}"
        for each in package.dependencies
    ]
    return view.PackageJson(
        comment=json.dumps(f"{top[0]} {top[1]}", ensure_ascii=False),
        name=json.dumps(options.package, ensure_ascii=False),
        version=json.dumps(package.version, ensure_ascii=False),
        description=json.dumps(INVISIBLE.sub(" ", package.summary), ensure_ascii=False),
        license=json.dumps(options.license, ensure_ascii=False),
        suites=bool(package.suites),
        peers=tuple(sorted(peers)),
    )


def lower_readme(package: model.Package, options: Options, top: tuple[str, ...]) -> view.Readme:
    """The page that npm shows."""
    resources = [(spec, spec.provides) for spec in package.resources() if spec.provides]
    first = resources[0] if resources and package.catalogue else None
    kind = names.named(first[1]) if first else ""
    access = names.accessor(first[0].name) if first else ""
    local = names.param(first[0].name).text if first else ""
    return view.Readme(
        header=tuple([line.replace("--", "- -") for line in top]),
        name=markdown(options.package),
        summary=markdown(prose.sentence(" ".join(package.summary.split()))),
        catalogue=names.type_name(package.catalogue).text if first else "",
        resources=tuple(
            [
                f"{docs.span(spec.name)}, {_an(names.named(interface))}: {_summary(spec.summary)}"
                for spec, interface in resources
            ]
        ),
        example=f'import {{ {access} }} from "{options.package}";' if first else "",
        access=f"const {local} = {access}(resources);" if first else "",
        stub=f'import {{ {names.stub(kind)} }} from "{options.package}/testing";' if first else "",
        package=options.package,
    )


def markdown(text: str) -> str:
    """Text without the power to be markup."""
    return _MARKUP.sub(r"\\\g<0>", INVISIBLE.sub(" ", text))


def _summary(summary: model.Inline) -> str:
    parts = [docs.span(p.text) if isinstance(p, Code) else markdown(p) for p in summary]
    return prose.sentence(" ".join("".join(parts).split()))


def _an(name: str) -> str:
    return f"{'an' if name[0] in 'AEIOU' else 'a'} `{name}`"
