"""Every route of an app, on all levels."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from starlette.routing import BaseRoute, Mount


def routes_of(routes: Iterable[BaseRoute], prefix: str = "") -> Iterator[str]:
    """Of all levels, as `METHOD path`; FastAPI keeps an included router as one route."""
    for route in routes:
        included = getattr(route, "original_router", None)
        if included is not None:
            yield from routes_of(included.routes, prefix)
        elif isinstance(route, Mount) and route.path == "" and route.routes:
            yield from routes_of(route.routes, prefix)
        elif isinstance(route, Mount):
            yield f"MOUNT {prefix}{route.path}"
        else:
            path: str = getattr(route, "path", "?")
            methods: set[str] | None = getattr(route, "methods", None)
            if methods is not None and "GET" in methods:
                methods = methods - {"HEAD"}
            yield from (f"{method} {prefix}{path}" for method in methods or {"ANY"})
