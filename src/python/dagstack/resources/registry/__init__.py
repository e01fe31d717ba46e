"""The registry of a host's resources, and what one plugin sees of it."""

from __future__ import annotations

from dagstack.resources.registry.health import Health
from dagstack.resources.registry.registry import ResourceRegistry
from dagstack.resources.registry.scope import Scope
from dagstack.resources.registry.view import ScopedResources

__all__ = ["Health", "ResourceRegistry", "Scope", "ScopedResources"]
