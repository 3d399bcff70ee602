from django.apps import AppConfig


class DemoConfig(AppConfig):
    """Invented company data and the gallery of components; installed only where DEMO is on."""

    name = "demo"
