from django.apps import AppConfig


class ProofsConfig(AppConfig):
    name = "proofs"

    def ready(self) -> None:
        from proofs import services  # noqa: F401  registers permissions, table and history texts
