"""Where else the same file, picture or invoice is used, and how much of that a reader may know (R-CLM-12, R-ROLE-02).

A use counts when its proof was sent once, or is of the same company; what was rejected is free again. Named is only
what the reader could open anyway: across partners that is the vendor, of what was sent.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Q

from incentives.models import Enrollment
from proofs.choices import ProofStatus, TwinKind
from proofs.matching.same import same_name
from proofs.models import Document, Invoice, Proof, Twin
from proofs.requirements.evidence import InvoiceUse, Use

MOST_USES = 50  # of one invoice, looked at: more tell nothing new
_SIDES = ("document", "other")
_COMPANY = "proof__enrollment__location__partner_id"
_FACTS = ("proof_id", "proof__status", "proof__first_submitted_at", _COMPANY)


def uses_of(proof: Proof, documents: Iterable[Document], user: Any) -> Mapping[Any, tuple[Use, ...]]:
    """By document: other proofs with the same file or picture, earlier or later ones."""
    files = [one.pk for one in documents if one.sha256 and not one.generated]
    if not files:
        return {}
    found: dict[Any, dict[Any, bool]] = {}
    for here, proof_id, alike in _pairs(proof, files):
        seen = found.setdefault(here, {})
        seen[proof_id] = seen.get(proof_id, True) and alike
    names = _names({proof_id for seen in found.values() for proof_id in seen}, user)
    return {
        here: tuple(Use(names.get(proof_id, ""), alike) for proof_id, alike in seen.items())
        for here, seen in found.items()
    }


def _pairs(proof: Proof, files: list[Any]) -> Iterable[tuple[Any, Any, bool]]:
    """(document here, proof there, only alike): earlier and later ones in one query."""
    partner = _partner_of(proof)
    earlier, later = (
        Twin.objects.filter(**{f"{here}__in": files, f"{there}__removed_at__isnull": True})
        .filter(**{f"{there}__proof__isnull": False})
        .exclude(**{f"{there}__proof": proof.pk})
        .values_list(f"{here}_id", "how", *(f"{there}__{name}" for name in _FACTS))
        for here, there in (_SIDES, _SIDES[::-1])
    )
    for mine, how, proof_id, status, sent, company in earlier.union(later):
        if status != ProofStatus.REJECTED and (sent is not None or company == partner):
            yield mine, proof_id, how == TwinKind.ALIKE


def invoice_uses_of(proof: Proof, invoices: Iterable[Invoice], user: Any) -> Mapping[Any, tuple[InvoiceUse, ...]]:
    """By invoice: the same one (number and gross as marked, a supplier of the same name) in other proofs."""
    marked = [one for one in invoices if one.mark]
    if not marked:
        return {}
    partner = _partner_of(proof)
    others = list(
        Invoice.objects.filter(mark__in={one.mark for one in marked})
        .exclude(proof=proof.pk)
        .exclude(proof__status=ProofStatus.REJECTED)
        .filter(Q(proof__first_submitted_at__isnull=False) | Q(proof__enrollment__location__partner=partner))
        .order_by("created_at", "id")
        .values_list("mark", "supplier", "used_share", "proof__status", "proof_id", _COMPANY)[: MOST_USES * len(marked)]
    )
    names = _names({row[4] for row in others}, user)
    return {
        one.pk: tuple(
            InvoiceUse(names.get(proof_id, ""), share, status != ProofStatus.EDITING, company == partner)
            for mark, supplier, share, status, proof_id, company in others
            if mark == one.mark and (not supplier or not one.supplier or same_name(supplier, one.supplier))
        )
        for one in marked
    }


def _partner_of(proof: Proof) -> Any:
    """Its company; from the rows that were read with it where they were."""
    enrollment: Enrollment = proof.enrollment
    return enrollment.location.partner_id


def _names(proofs: set[Any], user: Any) -> dict[Any, str]:
    """What each proof is called, of those the person may open; the vendor is told whose it is."""
    if not proofs or user is None:
        return {}
    visible = Proof.objects.visible_to(user).filter(pk__in=proofs)
    rows = visible.values_list("pk", "number", "name", "enrollment__location__partner__name")
    return {
        pk: f"{partner}, {number}" if user.is_vendor else " ".join(filter(None, (name, f"({number})")))
        for pk, number, name, partner in rows
    }
