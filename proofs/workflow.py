from core.models import Holder
from core.workflow import Workflow
from proofs import permissions  # noqa: F401  permissions register themselves
from proofs.choices import ProofStatus as S

PROOF = Workflow(
    name="proofs",
    states=S,
    initial=S.EDITING,
    holders={
        S.EDITING: Holder.PARTNER,
        S.ACTION_REQUIRED: Holder.PARTNER,
        S.SUBMITTED: Holder.VENDOR,
        S.UNDER_REVIEW: Holder.VENDOR,
        S.APPROVED: Holder.NOBODY,
        S.REJECTED: Holder.NOBODY,
    },
    # Nobody decides a proof apart from its claim: the claim drives it with `follow` (D-07, R-POE-16).
    transitions=(),
)
