"""Start-up checks: a half-configured house does not open."""

from typing import Any

from django.conf import settings
from django.core.checks import Error, Tags, Warning, register

from core import permissions, workflow


@register(Tags.compatibility)
def tables_are_complete(app_configs: Any, **kwargs: Any) -> list[Error]:
    """Every transition names known states and a registered permission."""
    errors = []
    for flow in workflow.workflows().values():
        states = set(flow.states.values)
        for move in flow.transitions:
            unknown = {*move.sources, move.target} - states
            if unknown:
                errors.append(Error(f"{flow.name}.{move.name} names unknown states {sorted(unknown)}", id="core.E001"))
            if move.permission not in permissions.registered():
                errors.append(Error(f"{flow.name}.{move.name}: no permission {move.permission}", id="core.E002"))
    return errors


@register(Tags.security, deploy=True)
def scanner_is_configured(app_configs: Any, **kwargs: Any) -> list[Warning]:
    """D-21: without a scanner every file carries "not scanned"."""
    if settings.SCANNER_URL:
        return []
    return [
        Warning(
            "No malware scanner: uploaded files are not scanned.",
            hint="Set SCANNER_URL (clamd) and SCANNER_REQUIRED=1.",
            id="core.W001",
        )
    ]


@register(Tags.security, deploy=True)
def stores_are_private(app_configs: Any, **kwargs: Any) -> list[Error]:
    """No store may have a public address."""
    from core import storage  # late: the stores are made of settings that other checks look at first

    errors = []
    for name, store in (
        ("quarantine", storage.quarantine()),
        ("documents", storage.documents()),
        ("exports", storage.exports()),
    ):
        location = str(getattr(store, "location", ""))
        if location and settings.STATIC_ROOT and location.startswith(str(settings.STATIC_ROOT)):
            errors.append(Error(f"the {name} store lies in the public static folder", id="core.E003"))
    return errors
