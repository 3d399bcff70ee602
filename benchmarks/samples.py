"""`make samples SAMPLES=folder`: every file of a folder through quarantine and worker, and through check_files.

Both must agree. Where a folder's name says what its files are (receipts, invoices, photos, hostile), the verdict is
compared with D-22 too. Prints one line a file; ends with status 1 when one is not as expected.
"""

import json
import subprocess
import sys
import time
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from benchmarks.servers import database
from embedded import commands
from embedded.places import ROOT

PER_PROOF = 90  # a proof takes a hundred files
SECONDS = 300.0
# D-22: name pattern -> verdict, and the level and words that have to stand in the checks.
HOSTILE = {
    "js-eval*": ("refused", "stop", "script"),
    "formevent_js*": ("refused", "stop", "script"),
    "launch*": ("refused", "stop", "starts a program"),
    "password*": ("refused", "stop", "encrypted"),
    "truncated*": ("refused", "stop", "incomplete"),
    "attachedNames*": ("clean", "warning", ""),
    "with-attachment*": ("clean", "warning", ""),
    "minimal*": ("clean", "note", ""),
    "exif-invalid*": ("clean", "", ""),
}
CLEAN_FOLDERS = ("receipts", "invoices", "photos")
NOT_DOCUMENTS = (".json", ".md")


def main() -> int:
    folder = Path(sys.argv[1]).resolve()
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix not in NOT_DOCUMENTS)
    if not files:
        print(f"There is no file to check in {folder}", file=sys.stderr)
        return 2
    by_shell = _through_shell(files)
    by_worker = _through_worker(files)
    wrong = 0
    for path in files:
        faults = _faults(path, by_shell[path], by_worker[path])
        wrong += bool(faults)
        print(f"{by_worker[path]['verdict']:8} {path.relative_to(folder)}  {'; '.join(faults) or 'as expected'}")
        for check in by_worker[path]["checks"]:
            if check["level"] != "pass" and check["check"] != "malware":
                print(f"         {check['level']:8} {check['check']}: {check['message']}")
    print(f"{len(files)} files, {wrong} not as expected")
    return 1 if wrong else 0


def _faults(path: Path, shell: dict[str, Any], worker: dict[str, Any]) -> list[str]:
    faults = []
    if shell["verdict"] != worker["verdict"]:
        faults.append(f"the shell says {shell['verdict']}, the worker {worker['verdict']}")
    if path.parent.name in CLEAN_FOLDERS and worker["verdict"] != "clean":
        faults.append("should be clean")
    if path.parent.name == "hostile":
        faults += _hostile_faults(path.name, worker)
    return faults


def _hostile_faults(name: str, found: dict[str, Any]) -> list[str]:
    for pattern, (verdict, level, words) in HOSTILE.items():
        if fnmatch(name, pattern):
            said = [check["message"] for check in found["checks"] if not level or check["level"] == level]
            if found["verdict"] != verdict:
                return [f"should be {verdict}"]
            return [] if any(words in text for text in said) else [f"no {level} that says “{words}”"]
    return []


def _through_shell(files: list[Path]) -> dict[Path, dict[str, Any]]:
    command = [sys.executable, "manage.py", "check_files", "--json", *map(str, files)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return {Path(one["path"]): one for one in json.loads(done.stdout)}


def _through_worker(files: list[Path]) -> dict[Path, dict[str, Any]]:
    """Each file as an upload into quarantine, checked by a real worker on a database of its own."""
    with database() as processes:
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", interactive=False, verbosity=0)
        processes.spawn("worker", commands.here(commands.WORKER))
        return _collect(_upload_all(files))


def _upload_all(files: list[Path]) -> dict[Path, Any]:
    from proofs import services as proofs
    from proofs.checks.kinds import kind_for_name
    from tests.factories.claims import make_proof
    from tests.factories.files import upload
    from tests.factories.plans import make_plan

    plan = make_plan(status="approved")
    documents: dict[Path, Any] = {}
    for start in range(0, len(files), PER_PROOF):
        proof = make_proof(plan, complete=False, name=f"Samples {start}")
        for path in files[start : start + PER_PROOF]:
            kind = kind_for_name(path.name)
            content_type = kind.media_type if kind else "application/octet-stream"
            arrived = upload(path.read_bytes(), path.name, content_type)
            [received] = proofs.add_files(proof.pk, "extra", [arrived], actor=plan.cast.user, note="sample")
            documents[path] = received.document
    return documents


def _collect(documents: dict[Path, Any]) -> dict[Path, dict[str, Any]]:
    from proofs.models import Document, DocumentCheck

    deadline = time.monotonic() + SECONDS
    while Document.objects.undecided().exists():
        if time.monotonic() > deadline:
            raise RuntimeError("not every file had its verdict in time")
        time.sleep(0.2)
    found = {}
    for path, document in documents.items():
        document.refresh_from_db()
        checks = DocumentCheck.objects.filter(document=document).order_by("position")
        found[path] = {
            "verdict": document.state,
            "checks": [{"check": c.check_name, "level": c.level, "message": c.message} for c in checks],
        }
    return found


if __name__ == "__main__":
    sys.exit(main())
