"""Resources, and declarations that must not be empty or at odds with themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dagstack.idl.check.rule import found, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dagstack.idl.check.survey import Survey
    from dagstack.idl.diagnostics import Finding


@rule("error")
def resource_without_interface(survey: Survey) -> Iterator[Finding]:
    """A resource says which interface it is: its only one, or the one under `provides`.

    Bad:
    ```yaml
    resource: clock
    interfaces:
      Clock:
        methods:
          now: {effect: instant, returns: datetime}
      Timer:
        methods:
          stop: {effect: instant}
    ```

    Good:
    ```yaml
    resource: clock
    provides: Clock
    interfaces:
      Clock:
        methods:
          now: {effect: instant, returns: datetime}
      Timer:
        methods:
          stop: {effect: instant}
    ```
    """
    for spec in survey.specs:
        if spec.is_resource and spec.provides is None:
            names = [interface.name for interface in spec.interfaces]
            yield found(
                resource_without_interface,
                (*spec.at, "resource"),
                f"the resource `{spec.name}` has {len(names)} interfaces and no `provides`"
                if names
                else f"the resource `{spec.name}` has no interface",
                help=f"add `provides:` with one of: {', '.join(names)}"
                if names
                else "declare one, or call the file a `library`",
            )


@rule("error")
def empty_interface(survey: Survey) -> Iterator[Finding]:
    """An interface has a method or a property.

    Every object would satisfy one that has none, so it would promise nothing.

    Bad:
    ```yaml
    interfaces:
      Clock: {summary: A clock.}
    ```

    Good:
    ```yaml
    interfaces:
      Clock:
        summary: A clock.
        methods:
          now: {effect: instant, returns: datetime}
    ```
    """
    for interface in survey.interfaces:
        if not interface.methods and not interface.properties:
            yield found(
                empty_interface,
                interface.at,
                f"the interface `{interface.name}` has no methods and no properties",
                help="give it one, or take it out",
                part="key",
            )


@rule("error")
def empty_enum(survey: Survey) -> Iterator[Finding]:
    """An enum has a value.

    Bad:
    ```yaml
    enums:
      Color: {values: {}}
    ```

    Good:
    ```yaml
    enums:
      Color: {values: {red: The color of blood.}}
    ```
    """
    for enum in survey.enums:
        if not enum.values:
            yield found(
                empty_enum,
                enum.at,
                f"the enum `{enum.name}` has no values",
                help="give it one, or take it out",
                part="key",
            )


@rule("error")
def method_and_property_of_one_name(survey: Survey) -> Iterator[Finding]:
    """A method and a property of an interface have different names.

    An object has one member of a name, whatever kind it is.

    Bad:
    ```yaml
    interfaces:
      TempDir:
        properties: {path: path}
        methods:
          path: {effect: instant, returns: path}
    ```

    Good:
    ```yaml
    interfaces:
      TempDir:
        properties: {path: path}
        methods:
          parent: {effect: instant, returns: path}
    ```
    """
    for interface in survey.interfaces:
        if not interface.properties:
            continue
        properties = {each.name: each.at for each in interface.properties}
        for method in interface.methods:
            if method.name in properties:
                yield found(
                    method_and_property_of_one_name,
                    method.at,
                    f"`{interface.name}` has a property called `{method.name}`, too",
                    help="choose another name for one of them",
                    part="key",
                    related=((properties[method.name], "the property"),),
                )


@rule("error")
def param_and_option_of_one_name(survey: Survey) -> Iterator[Finding]:
    """The params and options of a method have different names.

    Bad:
    ```yaml
    interfaces:
      BlobStore:
        methods:
          put:
            effect: async
            params: {key: string}
            options: {key: {type: string?, default: null}}
    ```

    Good:
    ```yaml
    interfaces:
      BlobStore:
        methods:
          put:
            effect: async
            params: {key: string}
            options: {content_type: {type: string?, default: null}}
    ```
    """
    for method in survey.methods:
        if not method.options:
            continue
        params = {param.name: param.at for param in method.params}
        for option in method.options:
            if option.name in params:
                yield found(
                    param_and_option_of_one_name,
                    option.at,
                    f"`{method.name}` has a param called `{option.name}`, too",
                    help="choose another name for one of them",
                    part="key",
                    related=((params[option.name], "the param"),),
                )
