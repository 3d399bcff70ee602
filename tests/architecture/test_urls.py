"""Every address asks for a permission or says why it is public, and stands in the role matrix."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, path
from django.views import View

from core.views import Page

# Addresses of packages, which carry their own protection.
FOREIGN = {
    "admin": "Django's admin: staff only, by its own check",
    "account": "sign-in pages of django-allauth: public by nature",
}
# Functions of ours that are no Page.
PUBLIC_FUNCTIONS = {
    "health": "for load balancers and operators; says only which part is down",
    "set_language": "Django's own: stores the language of the page in the session",
    "demo:gallery": "mounted with DEMO=1 only; made-up data",
    "demo:confirm": "mounted with DEMO=1 only; made-up data",
}
FOREIGN_MODULES = ("allauth.", "django.contrib.admin")


@dataclass(frozen=True)
class Address:
    name: str
    view: Any


def addresses(patterns: Iterable[Any], namespace: str = "") -> list[Address]:
    found: list[Address] = []
    for one in patterns:
        if isinstance(one, URLResolver):
            inner = f"{namespace}{one.namespace}:" if one.namespace else namespace
            found += addresses(one.url_patterns, inner)
        elif isinstance(one, URLPattern):
            found.append(Address(f"{namespace}{one.name or ''}", one.callback))
    return found


def is_foreign(one: Address) -> bool:
    space = one.name.split(":")[0].split("_")[0]
    view = getattr(one.view, "view_class", one.view)
    return space in FOREIGN or str(getattr(view, "__module__", "")).startswith(FOREIGN_MODULES)


def unprotected(found: Iterable[Address]) -> list[str]:
    """Addresses of ours that are neither a Page with a permission or a reason, nor a listed function."""
    return [one.name for one in found if not (one.name in PUBLIC_FUNCTIONS or _is_protected(one.view))]


def _is_protected(view: Any) -> bool:
    page = getattr(view, "view_class", None)
    if page is None or not issubclass(page, Page):
        return False
    return bool(page.permission) or len(page.public.split()) >= 2


def not_in_matrix(found: Iterable[Address], matrix: Mapping[str, Any]) -> list[str]:
    return sorted({one.name for one in found} - set(matrix))


def ours() -> list[Address]:
    return [one for one in addresses(get_resolver().url_patterns) if not is_foreign(one)]


def test_every_page_is_protected_or_says_why_not():
    assert unprotected(ours()) == []


def test_every_address_has_a_name():
    assert [one.view for one in ours() if not one.name or one.name.endswith(":")] == []


def test_every_address_stands_in_the_role_matrix():
    from tests.security.matrix import MATRIX  # late: without the file only this test fails

    assert not_in_matrix(ours(), MATRIX) == []
    assert sorted(set(MATRIX) - {one.name for one in ours()}) == []


def test_an_open_page_and_a_new_address_are_found():
    class Open(View):
        pass

    class Closed(Page):
        permission = "plans.view"

    class Public(Page):
        public = "tells nothing of anybody"

    def bare(request):
        return None

    bad = addresses(
        [
            path("open/", Open.as_view(), name="open"),
            path("closed/", Closed.as_view(), name="closed"),
            path("public/", Public.as_view(), name="public"),
            path("bare/", bare, name="bare"),
        ]
    )
    assert unprotected(bad) == ["open", "bare"]
    assert not_in_matrix(bad, {"open": 200, "closed": 403}) == ["bare", "public"]
