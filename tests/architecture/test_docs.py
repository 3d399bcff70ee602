"""What is written down agrees with what is built."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from core.management.commands.describe import pages
from tests.architecture.source import APPS, ROOT, WIRING, Module, module, modules, templates

RULE_ID = re.compile(r"(?<![\w-])(R-[A-Z]+-\d\d|T-[A-Z]+-\d+|[DNC]-\d\d)(?!\d)")
# A rule stands at the head of a list item or of a table row.
DEFINED = re.compile(rf"^(?:- |\| )\**{RULE_ID.pattern}", re.M)


def out_of_date(folder: Path, generated: Mapping[str, str]) -> list[str]:
    return [
        name for name, text in generated.items() if not (folder / name).exists() or (folder / name).read_text() != text
    ]


def unknown_rules(sources: Iterable[Module], rulebook: str) -> list[str]:
    """Rule ids cited somewhere that the rulebook does not have."""
    known = {match[1] for match in DEFINED.finditer(rulebook)}
    return sorted({f"{one.path}: {rule}" for one in sources for rule in RULE_ID.findall(one.text) if rule not in known})


def broken_links(pages: Mapping[str, str], root: Path) -> list[str]:
    """Relative links between our pages that lead nowhere. pages: path relative to the root -> text."""
    return [
        f"{name}: {target}"
        for name, text in pages.items()
        for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", text)
        if not (root / Path(name).parent / target).exists()
    ]


def gone(pages: Mapping[str, str], root: Path) -> list[str]:
    """Files and folders of ours that a page names in backquotes and that are not there."""
    found = []
    for name, text in pages.items():
        for path in re.findall(
            rf"`((?:{'|'.join((*APPS, *WIRING, 'docs', 'templates', 'static'))})/[\w./-]*\w/?)`", text
        ):
            if not (root / path).exists() and not path.endswith("yours.pdf"):
                found.append(f"{name}: {path}")
    return found


def rules_twice(rulebook: str) -> list[str]:
    seen: list[str] = [match[1] for match in DEFINED.finditer(rulebook)]
    return sorted({rule for rule in seen if seen.count(rule) > 1})


def written_pages() -> dict[str, str]:
    paths = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    return {path.relative_to(ROOT).as_posix(): path.read_text() for path in paths}


def test_generated_pages_are_up_to_date():
    assert out_of_date(ROOT / "docs", pages(ROOT / "docs")) == [], "run: make manage ARGS=describe"


def test_a_late_page_is_found(tmp_path):
    (tmp_path / "a.md").write_text("old")
    (tmp_path / "b.md").write_text("new")
    assert out_of_date(tmp_path, {"a.md": "new", "b.md": "new", "c.md": "new"}) == ["a.md", "c.md"]


def test_every_rule_that_is_cited_is_in_the_rulebook():
    rulebook = (ROOT / "docs/rulebook.md").read_text()
    sources = [
        *modules(*APPS, "config", "demo", "tests"),
        *(module(name, text) for name, text in templates().items()),
        *(module(name, text) for name, text in written_pages().items()),
    ]
    sources = [one for one in sources if one.path != "tests/architecture/test_docs.py"]
    assert unknown_rules(sources, rulebook) == []
    assert rules_twice(rulebook) == []


def test_an_unknown_rule_is_found():
    rulebook = "- R-PLAN-04 One plan.\n- **D-07** One dossier, see R-CLM-99.\n| T-CAL-1 | 2021 |\n- D-07 again\n"
    cited = module("plans/rules.py", "# R-PLAN-04, R-CLM-99, D-07, T-CAL-1, T-CAL-9, LEAD-07\n")
    assert unknown_rules([cited], rulebook) == ["plans/rules.py: R-CLM-99", "plans/rules.py: T-CAL-9"]
    assert rules_twice(rulebook) == ["D-07"]


def test_links_between_our_pages_lead_somewhere():
    assert broken_links(written_pages(), ROOT) == []


def test_files_that_our_pages_name_are_there():
    assert gone(written_pages(), ROOT) == []


def test_a_file_that_is_gone_is_found(tmp_path):
    (tmp_path / "core").mkdir()
    text = "`core/` `core/gone.py` `docs/adr/x.md` `<app>/views.py` `make up` `core.workflow.apply`"
    assert gone({"a.md": text}, tmp_path) == ["a.md: core/gone.py", "a.md: docs/adr/x.md"]


def test_a_broken_link_is_found(tmp_path):
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/a.md").write_text("")
    text = "[a](docs/a.md) [b](docs/b.md) [c](https://example.com) [d](#here)"
    assert broken_links({"README.md": text, "docs/x.md": "[a](a.md)"}, tmp_path) == ["README.md: docs/b.md"]
