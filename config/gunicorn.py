"""The web server: a few processes with threads; every number comes from the environment."""

from config import env as environment

_env = environment.load()

bind = f"{_env.bind}:{_env.port}"
workers = _env.web_workers
threads = _env.web_threads
worker_class = "gthread"
# The code is read once and shared by the processes.
preload_app = True
# An upload of 50 MB over a slow line still sends something every few seconds; a stuck page does not.
timeout = 120
graceful_timeout = 5
keepalive = 15
forwarded_allow_ips = "*" if _env.trusted_proxies else "127.0.0.1"
# One line a request is written by the application itself.
accesslog = None
errorlog = "-"
loglevel = "warning"
control_socket_disable = True
