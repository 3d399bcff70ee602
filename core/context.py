"""What is known about the request in hand, without passing the request into services."""

from contextvars import ContextVar

request_id: ContextVar[str] = ContextVar("request_id", default="")
