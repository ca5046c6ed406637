"""The policy that browsers hold pages to: as strict as NiceGUI's client allows."""

from __future__ import annotations

from collections.abc import Mapping

from alerts.desk.security_headers import CONTENT_SECURITY_POLICY

ALLOWED: Mapping[str, set[str]] = {
    "default-src": {"'none'"},
    # NiceGUI's client compiles templates and sets styles in the page
    "script-src": {"'self'", "'unsafe-inline'", "'unsafe-eval'"},
    "style-src": {"'self'", "'unsafe-inline'"},
    "img-src": {"'self'", "data:", "blob:"},
    "media-src": {"'self'", "blob:"},
    "font-src": {"'self'", "data:"},
    "connect-src": {"'self'"},
    "base-uri": {"'none'"},
    "form-action": {"'self'"},
    "frame-ancestors": {"'none'"},
}


def test_the_policy_allows_this_and_no_more() -> None:
    directives = [part.split() for part in CONTENT_SECURITY_POLICY.split("; ")]
    found = {name: set(sources) for name, *sources in directives}
    assert len(found) == len(directives)
    assert found == ALLOWED


def test_nothing_comes_from_or_goes_to_another_host() -> None:
    sources = {source for each in ALLOWED.values() for source in each}
    assert not [source for source in sources if "*" in source or "/" in source]
