"""`make bench`: prints one line a figure, writes var/bench.json, ends with status 1 when a budget is missed."""

import argparse
import json
import sys

from benchmarks.servers import VAR, database, start_web


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="name of one group of figures")
    parser.add_argument("--claims", type=int, default=0, help="how many claims the database holds")
    chosen = parser.parse_args()
    with database() as processes:
        import django

        django.setup()
        from django.core.management import call_command

        from benchmarks.figures import FIGURES
        from benchmarks.world import CLAIMS, build

        if chosen.only and chosen.only not in FIGURES:
            parser.error(f"no such figure; there are: {', '.join(FIGURES)}")
        call_command("migrate", interactive=False, verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        world = build(chosen.claims or CLAIMS)
        servers = start_web(processes)
        measured = []
        for name, measure in FIGURES.items():
            if chosen.only in ("", name):
                for figure in measure(servers, world):
                    print(figure, flush=True)
                    measured.append(figure)
    lines = [
        {
            "name": one.name,
            "value": round(one.value, 3),
            "unit": one.unit,
            "budget": one.budget,
            "met": one.met,
        }
        for one in measured
    ]
    (VAR.parent / "bench.json").write_text(json.dumps(lines, indent=2) + "\n", encoding="utf-8")
    return 0 if all(one.met for one in measured) else 1


if __name__ == "__main__":
    sys.exit(main())
