from django.apps import AppConfig


class ClaimsConfig(AppConfig):
    name = "claims"

    def ready(self) -> None:
        from claims import exports, services  # noqa: F401  registers permissions, table, history texts, listings
