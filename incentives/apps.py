from django.apps import AppConfig


class IncentivesConfig(AppConfig):
    name = "incentives"

    def ready(self) -> None:
        from incentives import exports, permissions, services  # noqa: F401  registers permissions, texts, listings
