#!/usr/bin/env python
import os
import sys

# Commands that need no server: they run on a computer where nothing is configured.
OFFLINE = ("check_files", "read_files")
NOWHERE = {
    "SECRET_KEY": "commands without a server sign nothing at all",
    "DATABASE_URL": "postgres://nobody@/none?host=/nonexistent",
    "REDIS_URL": "redis+socket:///nonexistent/valkey.sock",
}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if len(sys.argv) > 1 and sys.argv[1] in OFFLINE:
        for name, value in NOWHERE.items():
            os.environ.setdefault(name, value)
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
