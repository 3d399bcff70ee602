"""Expected status of every address for every kind of person (D-01). A new address without a line fails a guard.

The columns of each line of numbers are ROLES, in order. 404: not there for this person, or foreign (R-ROLE-22);
403: visible, but not this person's to do; 302 for anonymous people: on to the sign-in page.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

ROLES = (
    "anonymous",
    "user",
    "admin",
    "global_admin",
    "account_admin",
    "no_role",
    "lost",
    "foreign",
    "reviewer",
    "vendor_admin",
    "other_vendor",
)


def _statuses(text: str) -> dict[str, int]:
    return dict(zip(ROLES, map(int, text.split()), strict=True))


@dataclass(frozen=True)
class Line:
    """get, post: a status for each role · kwargs, data: of the address and of the POST, from the world."""

    get: str
    post: str
    kwargs: Callable[[Any], dict[str, Any]] = lambda w: {}
    data: Callable[[Any], dict[str, Any]] = lambda w: {}
    query: Callable[[Any], str] = lambda w: ""
    case: str = ""
    expected: tuple[dict[str, int], dict[str, int]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "expected", (_statuses(self.get), _statuses(self.post)))


MATRIX: dict[str, tuple[Line, ...]] = {
    "portal:home": (
        Line(
            "302 200 200 200 200 200 200 200 200 200 200",
            "302 405 405 405 405 405 405 405 405 405 405",
        ),
    ),
    "portal:profile": (
        Line(
            "302 200 200 200 200 200 200 200 200 200 200",
            "302 302 302 302 302 302 302 302 302 302 302",
            data=lambda w: {"language": "en", "time_zone": "Europe/Berlin"},
        ),
    ),
    "portal:inbox": (
        Line(
            "302 200 200 200 200 200 200 200 200 200 200",
            "302 405 405 405 405 405 405 405 405 405 405",
        ),
    ),
    "portal:inbox_read": (
        Line(
            "302 200 200 200 200 200 200 200 200 200 200",
            "302 302 302 302 302 302 302 302 302 302 302",
        ),
    ),
    "portal:message": (
        Line(
            "302 404 302 404 404 404 404 404 404 404 404",
            "302 405 405 405 405 405 405 405 405 405 405",
            kwargs=lambda w: {"pk": w.message.pk},
        ),
    ),
    "portal:search": (
        Line(
            "302 200 200 200 200 200 200 200 200 200 200",
            "302 405 405 405 405 405 405 405 405 405 405",
            query=lambda w: "?q=Autumn",
        ),
    ),
    "portal:team": (
        Line(
            "302 200 200 200 200 200 403 200 200 200 200",
            "302 405 405 405 405 405 403 405 405 405 405",
        ),
    ),
    "portal:person": (
        Line(
            "302 200 200 200 200 200 404 404 404 404 404",
            "302 405 405 405 405 405 404 404 404 404 404",
            kwargs=lambda w: {"pk": w.colleague.pk},
        ),
    ),
    "portal:invitation": (
        Line(
            "200 200 200 200 200 200 200 200 200 200 200",
            "422 422 422 422 422 422 422 422 422 422 422",
            kwargs=lambda w: {"token": w.token},
        ),
    ),
    "portal:funds": (
        Line(
            "302 200 200 200 403 403 403 200 200 200 200",
            "302 405 405 405 403 403 403 405 405 405 405",
        ),
    ),
    "portal:fund": (
        Line(
            "302 200 200 200 404 404 404 404 200 200 404",
            "302 405 405 405 404 404 404 404 405 405 404",
            kwargs=lambda w: {"pk": w.ledger_fund.pk},
        ),
    ),
    "portal:reports": (
        Line(
            "302 403 403 403 403 403 403 403 200 200 200",
            "302 403 403 403 403 403 403 403 405 405 405",
        ),
    ),
    "portal:exports": (
        Line(
            "302 200 200 200 200 200 200 200 200 200 200",
            "302 405 405 405 405 405 405 405 405 405 405",
        ),
    ),
    "portal:export_csv": (
        Line(
            "302 200 200 200 403 403 403 200 200 200 200",
            "302 405 405 405 403 403 403 405 405 405 405",
            kwargs=lambda w: {"listing": "ledger"},
        ),
        Line(
            "302 200 200 200 403 403 403 200 200 200 200",
            "302 405 405 405 403 403 403 405 405 405 405",
            kwargs=lambda w: {"listing": "claims"},
            case="claims",
        ),
        Line(
            "302 200 200 200 403 403 403 200 200 200 200",
            "302 405 405 405 403 403 403 405 405 405 405",
            kwargs=lambda w: {"listing": "payments"},
            case="payments",
        ),
    ),
    "portal:export_start": (
        Line(
            "302 302 302 302 403 403 403 302 302 302 302",
            "302 302 302 302 403 403 403 302 302 302 302",
            kwargs=lambda w: {"listing": "ledger"},
            data=lambda w: {"as": "xlsx"},
        ),
    ),
    "portal:export_download": (
        Line(
            "302 200 404 404 404 404 404 404 404 404 404",
            "302 405 404 404 404 404 404 404 404 404 404",
            kwargs=lambda w: {"pk": w.export.pk},
        ),
    ),
    "portal:plan": (
        Line(
            "302 200 200 200 404 404 404 404 200 200 404",
            "302 405 405 405 404 404 404 404 405 405 404",
            kwargs=lambda w: {"pk": w.plan.pk},
        ),
        Line(
            "302 200 200 200 404 404 404 404 404 404 404",
            "302 405 405 405 404 404 404 404 404 404 404",
            kwargs=lambda w: {"pk": w.editing.pk},
            case="a draft is the partner's own",
        ),
    ),
    "portal:proof": (
        Line(
            "302 200 200 200 404 404 404 404 200 200 404",
            "302 405 405 405 404 404 404 404 405 405 404",
            kwargs=lambda w: {"pk": w.claimed.pk},
        ),
        Line(
            "302 200 200 200 404 404 404 404 404 404 404",
            "302 405 405 405 404 404 404 404 404 404 404",
            kwargs=lambda w: {"pk": w.proof.pk},
            case="a draft is the partner's own",
        ),
    ),
    "portal:bins": (
        Line(
            "302 200 200 302 403 403 403 302 403 403 403",
            "302 405 405 405 403 403 403 405 403 403 403",
        ),
    ),
    "portal:bin": (
        Line(
            "302 200 200 403 404 404 404 404 404 404 404",
            "302 405 405 403 404 404 404 404 404 404 404",
            kwargs=lambda w: {"pk": w.enrollment.pk},
        ),
        Line(
            "302 200 200 200 404 404 404 404 404 404 404",
            "302 405 405 405 404 404 404 404 404 404 404",
            kwargs=lambda w: {"pk": w.coop.enrollment.pk},
            case="without plan",
        ),
    ),
    "portal:claim": (
        Line(
            "302 200 200 200 404 404 404 404 200 200 404",
            "302 405 405 405 404 404 404 404 405 405 404",
            kwargs=lambda w: {"pk": w.claim.pk},
        ),
    ),
    "portal:desk": (
        Line(
            "302 403 403 403 404 404 404 404 200 200 404",
            "302 403 403 403 404 404 404 404 405 405 404",
            kwargs=lambda w: {"pk": w.claim.pk},
        ),
    ),
    "portal:queue": (
        Line(
            "302 403 403 403 403 403 403 403 200 200 200",
            "302 403 403 403 403 403 403 403 405 405 405",
        ),
    ),
    "portal:roles": (
        Line(
            "302 403 403 200 200 403 404 404 404 404 404",
            "302 403 403 302 302 403 404 404 404 404 404",
            kwargs=lambda w: {"pk": w.colleague.pk},
            data=lambda w: {f"role_{w.enrollment.pk}": "admin"},
        ),
    ),
    "portal:vendor_roles": (
        Line(
            "302 403 403 403 403 403 403 403 403 200 200",
            "302 403 403 403 403 403 403 403 403 302 302",
            kwargs=lambda w: {"pk": w.people["reviewer"].pk},
            data=lambda w: {f"roles_{w.program.pk}": ["reviewer", "admin"]},
        ),
    ),
    "portal:reinvite_vendor": (
        Line(
            "302 403 403 403 403 403 403 403 403 200 200",
            "302 403 403 403 403 403 403 403 403 422 403",  # who has signed in needs no link
            kwargs=lambda w: {"pk": w.people["reviewer"].pk},
        ),
    ),
    "portal:invite_vendor": (
        Line(
            "302 403 403 403 403 403 403 403 403 200 200",
            "302 403 403 403 403 403 403 403 403 302 302",
            data=lambda w: {"email": "new@contoso.example", "name": "New Person"},
        ),
    ),
    "accounts:invite": (
        Line(
            "302 403 403 200 200 403 403 403 403 403 403",
            "302 403 403 302 302 403 403 403 403 403 403",
            data=lambda w: {"email": "new@example.com", "name": "New Person"},
        ),
    ),
    "accounts:company_roles": (
        Line(
            "302 403 403 200 200 403 404 404 404 404 404",
            "302 403 403 302 302 403 404 404 404 404 404",
            kwargs=lambda w: {"pk": w.colleague.pk},
            data=lambda w: {"billing_admin": "on"},
        ),
    ),
    "accounts:reinvite": (
        Line(
            "302 403 403 200 200 403 404 404 404 404 404",
            "302 403 403 302 302 403 404 404 404 404 404",
            kwargs=lambda w: {"pk": w.invited.pk},
        ),
    ),
    "accounts:revoke_invitation": (
        Line(
            "302 403 403 200 200 403 404 404 404 404 404",
            "302 403 403 302 302 403 404 404 404 404 404",
            kwargs=lambda w: {"pk": w.invited.pk},
        ),
    ),
    "accounts:account": (
        Line(
            "302 403 403 200 200 403 404 404 404 404 404",
            "302 403 403 302 302 403 404 404 404 404 404",
            kwargs=lambda w: {"pk": w.colleague.pk, "what": "close"},
        ),
    ),
    "incentives:programs": (
        Line(
            "302 200 200 200 403 403 403 200 200 200 200",
            "302 405 405 405 403 403 403 405 405 405 405",
        ),
    ),
    "incentives:program": (
        Line(
            "302 200 200 200 404 404 404 200 200 200 404",
            "302 405 405 405 404 404 404 405 405 405 404",
            kwargs=lambda w: {"pk": w.program.pk},
        ),
    ),
    "incentives:partners": (
        Line(
            "302 403 403 403 403 403 403 403 200 200 200",
            "302 403 403 403 403 403 403 403 405 405 405",
        ),
    ),
    "incentives:partner": (
        Line(
            "302 403 403 403 403 403 403 403 200 200 404",
            "302 403 403 403 403 403 403 403 405 405 405",
            kwargs=lambda w: {"pk": w.enrollment.location.partner_id},
        ),
    ),
    "incentives:set_enrollment": (
        Line(
            "302 403 403 403 404 404 404 404 403 200 404",
            "302 403 403 403 404 404 404 404 403 302 404",
            kwargs=lambda w: {"pk": w.enrollment.pk, "status": "inactive"},
        ),
    ),
    "incentives:imports": (
        Line(
            "302 403 403 403 403 403 403 403 403 200 200",
            "302 403 403 403 403 403 403 403 403 405 405",
        ),
    ),
    "incentives:import_new": (
        Line(
            "302 403 403 403 403 403 403 403 403 200 200",
            "302 403 403 403 403 403 403 403 403 302 302",
            data=lambda w: {"file": w.csv_file()},
        ),
    ),
    "incentives:import": (
        Line(
            "302 404 404 404 404 404 404 404 404 200 404",
            "302 404 404 404 404 404 404 404 404 405 404",
            kwargs=lambda w: {"pk": w.earnings.pk},
        ),
    ),
    "incentives:import_book": (
        Line(
            "302 404 404 404 404 404 404 404 404 200 404",
            "302 404 404 404 404 404 404 404 404 302 404",
            kwargs=lambda w: {"pk": w.earnings.pk},
        ),
    ),
    "incentives:import_discard": (
        Line(
            "302 404 404 404 404 404 404 404 404 200 404",
            "302 404 404 404 404 404 404 404 404 302 404",
            kwargs=lambda w: {"pk": w.earnings.pk},
        ),
    ),
    "incentives:import_problems": (
        Line(
            "302 404 404 404 404 404 404 404 404 200 404",
            "302 404 404 404 404 404 404 404 404 405 404",
            kwargs=lambda w: {"pk": w.wrong_earnings.pk},
        ),
    ),
    "incentives:rates": (
        Line(
            "302 403 403 403 403 403 403 403 403 200 200",
            "302 403 403 403 403 403 403 403 403 405 405",
        ),
    ),
    "incentives:rate_new": (
        Line(
            "302 403 403 403 403 403 403 403 403 200 200",
            "302 403 403 403 403 403 403 403 403 302 302",
            data=lambda w: {"month": "2026-11", "currency": "EUR", "rate": "0.92"},
        ),
    ),
    "incentives:rates_import": (
        Line(
            "302 403 403 403 403 403 403 403 403 200 200",
            "302 403 403 403 403 403 403 403 403 302 302",
            data=lambda w: {"table": "month,currency,rate\n2026-11,EUR,0.92\n", "confirmed": "1"},
        ),
    ),
    "incentives:fund_adjust": (
        Line(
            "302 403 403 403 404 404 404 404 403 200 404",
            "302 403 403 403 404 404 404 404 403 302 404",
            kwargs=lambda w: {"pk": w.ledger_fund.pk},
            data=lambda w: {
                "amount": "10",
                "reason_code": "policy_exception",
                "reason": "Agreed",
                "after": str(w.ledger_fund.entry_count),
            },
        ),
    ),
    "incentives:fund_rollover": (
        Line(
            "302 403 403 403 404 404 404 404 403 200 404",
            "302 403 403 403 404 404 404 404 403 302 404",
            kwargs=lambda w: {"pk": w.ledger_fund.pk},
            data=lambda w: {"period": w.later_period.pk, "reason": "Agreed"},
        ),
    ),
    "plans:list": (
        Line(
            "302 200 200 200 403 403 403 200 200 200 200",
            "302 405 405 405 403 403 403 405 405 405 405",
        ),
    ),
    "plans:new": (
        Line(
            "302 302 200 200 403 403 403 302 403 403 403",
            "302 404 404 404 403 403 403 404 403 403 403",
        ),
        Line(
            "302 200 200 200 403 403 403 404 403 403 403",
            "302 302 302 302 403 403 403 404 403 403 403",
            data=lambda w: {"fund_type": w.fund.pk, "program_year": w.cast.year.pk, "name": "Another"},
            query=lambda w: f"?enrollment={w.enrollment.pk}",
            case="for one enrolment",
        ),
    ),
    "plans:edit": (
        Line(
            "302 200 200 200 404 404 404 404 404 404 404",
            "302 302 302 302 404 404 404 404 404 404 404",
            kwargs=lambda w: {"pk": w.editing.pk},
            data=lambda w: {"name": "Renamed"},
        ),
        Line(
            "302 403 403 403 404 404 404 404 403 403 404",
            "302 403 403 403 404 404 404 404 403 403 404",
            kwargs=lambda w: {"pk": w.plan.pk},
            data=lambda w: {"name": "Renamed"},
            case="approved: nobody edits it",
        ),
    ),
    "plans:comment": (
        Line(
            "302 200 200 200 404 404 404 404 200 200 404",
            "302 302 302 302 404 404 404 404 302 302 404",
            kwargs=lambda w: {"pk": w.plan.pk},
            data=lambda w: {"comment": "Hello"},
        ),
    ),
    "plans:campaign_new": (
        Line(
            "302 200 200 200 404 404 404 404 404 404 404",
            "302 302 302 302 404 404 404 404 404 404 404",
            kwargs=lambda w: {"pk": w.editing.pk},
            data=lambda w: w.campaign_data,
        ),
    ),
    "plans:campaign_edit": (
        Line(
            "302 200 200 200 404 404 404 404 404 404 404",
            "302 302 302 302 404 404 404 404 404 404 404",
            kwargs=lambda w: {"pk": w.campaign.pk},
            data=lambda w: w.campaign_data,
        ),
    ),
    "plans:campaign_delete": (
        Line(
            "302 200 200 200 404 404 404 404 404 404 404",
            "302 302 302 302 404 404 404 404 404 404 404",
            kwargs=lambda w: {"pk": w.campaign.pk},
        ),
    ),
    "plans:activity_new": (
        Line(
            "302 200 200 200 404 404 404 404 404 404 404",
            "302 302 302 302 404 404 404 404 404 404 404",
            kwargs=lambda w: {"pk": w.campaign.pk},
            data=lambda w: w.activity_data,
        ),
    ),
    "plans:activity_edit": (
        Line(
            "302 200 200 200 404 404 404 404 404 404 404",
            "302 302 302 302 404 404 404 404 404 404 404",
            kwargs=lambda w: {"pk": w.activity.pk},
            data=lambda w: w.activity_data,
        ),
    ),
    "plans:activity_delete": (
        Line(
            "302 200 200 200 404 404 404 404 404 404 404",
            "302 302 302 302 404 404 404 404 404 404 404",
            kwargs=lambda w: {"pk": w.activity.pk},
        ),
    ),
    "plans:campaign_restore": (
        Line(
            "302 200 200 200 404 404 404 404 404 404 404",
            "302 302 302 302 404 404 404 404 404 404 404",
            kwargs=lambda w: {"pk": w.campaign.pk},
        ),
    ),
    "plans:activity_restore": (
        Line(
            "302 200 200 200 404 404 404 404 404 404 404",
            "302 302 302 302 404 404 404 404 404 404 404",
            kwargs=lambda w: {"pk": w.activity.pk},
        ),
    ),
    "plans:move": (
        Line(
            "302 403 200 200 404 404 404 404 404 404 404",
            "302 403 302 302 404 404 404 404 404 404 404",
            kwargs=lambda w: {"pk": w.editing.pk, "move": "submit"},
            case="submit",
        ),
        Line(
            "302 403 403 403 404 404 404 404 200 200 404",
            "302 403 403 403 404 404 404 404 302 302 404",
            kwargs=lambda w: {"pk": w.sent.pk, "move": "request_action"},
            data=lambda w: {"comment": "Please split it."},
            case="request action",
        ),
        Line(
            "302 403 403 403 404 404 404 404 403 200 404",
            "302 403 403 403 404 404 404 404 403 302 404",
            kwargs=lambda w: {"pk": w.sent.pk, "move": "approve"},
            data=lambda w: {"limit": "10"},
            case="approve",
        ),
        Line(
            "302 403 403 403 404 404 404 404 403 200 404",
            "302 403 403 403 404 404 404 404 403 302 404",
            kwargs=lambda w: {"pk": w.sent.pk, "move": "reject"},
            data=lambda w: {"comment": "No."},
            case="reject",
        ),
        Line(
            "302 403 200 200 404 404 404 404 403 403 404",
            "302 403 302 302 404 404 404 404 403 403 404",
            kwargs=lambda w: {"pk": w.plan.pk, "move": "amend"},
            case="amend",
        ),
    ),
    "proofs:list": (
        Line(
            "302 200 200 200 403 403 403 200 200 200 200",
            "302 405 405 405 403 403 403 405 405 405 405",
        ),
    ),
    "proofs:new": (
        Line(
            "302 200 200 403 404 404 404 404 403 403 404",
            "302 302 302 403 404 404 404 404 403 403 404",
            kwargs=lambda w: {"pk": w.approved_activity.pk},
            data=lambda w: {"name": "Another"},
        ),
    ),
    "proofs:facts": (
        Line(
            "302 200 200 403 404 404 404 404 404 404 404",
            "302 302 302 403 404 404 404 404 404 404 404",
            kwargs=lambda w: {"pk": w.proof.pk},
            data=lambda w: {"name": "Renamed"},
        ),
        Line(
            "302 200 200 200 404 404 404 404 404 404 404",
            "302 302 302 302 404 404 404 404 404 404 404",
            kwargs=lambda w: {"pk": w.coop_ready.pk},
            data=lambda w: {"name": "Renamed"},
            case="without plan",
        ),
    ),
    "proofs:answers": (
        Line(
            "302 404 404 403 404 404 404 404 404 404 404",
            "302 404 404 403 404 404 404 404 404 404 404",
            kwargs=lambda w: {"pk": w.proof.pk},
        ),
    ),
    "proofs:metrics": (
        Line(
            "302 200 200 403 404 404 404 404 404 404 404",
            "302 302 302 403 404 404 404 404 404 404 404",
            kwargs=lambda w: {"pk": w.proof.pk},
            data=lambda w: {"estimated_reach": "5"},
        ),
    ),
    "proofs:core": (
        Line(
            "302 200 200 403 404 404 404 404 404 404 404",
            "302 302 302 403 404 404 404 404 404 404 404",
            kwargs=lambda w: {"pk": w.proof.pk},
            data=lambda w: {"declared": "on"},
            query=lambda w: "?card=core-company_brand",
        ),
    ),
    "proofs:comments": (
        Line(
            "302 200 200 403 404 404 404 404 404 404 404",
            "302 302 302 403 404 404 404 404 404 404 404",
            kwargs=lambda w: {"pk": w.proof.pk},
            data=lambda w: {"final_comments": "Done"},
        ),
    ),
    "proofs:comment": (
        Line(
            "302 200 200 403 404 404 404 404 404 404 404",
            "302 302 302 403 404 404 404 404 404 404 404",
            kwargs=lambda w: {"pk": w.proof.pk},
            data=lambda w: {"comment": "Hello"},
        ),
        Line(
            "302 200 200 403 404 404 404 404 200 200 404",
            "302 302 302 403 404 404 404 404 302 302 404",
            kwargs=lambda w: {"pk": w.claimed.pk},
            data=lambda w: {"comment": "Hello"},
            case="while it is under review",
        ),
    ),
    "proofs:upload": (
        Line(
            "302 200 200 403 404 404 404 404 404 404 404",
            "302 302 302 403 404 404 404 404 404 404 404",
            kwargs=lambda w: {"pk": w.proof.pk},
            data=lambda w: {"card": "extra", "files": w.file()},
            query=lambda w: "?card=extra",
        ),
        Line(
            "302 403 403 403 404 404 404 404 403 403 404",
            "302 403 403 403 404 404 404 404 403 403 404",
            kwargs=lambda w: {"pk": w.claimed.pk},
            data=lambda w: {"card": "extra", "files": w.file()},
            query=lambda w: "?card=extra",
            case="while it is under review",
        ),
        Line(
            "302 200 200 403 404 404 404 404 403 403 404",
            "302 302 302 403 404 404 404 404 403 403 404",
            kwargs=lambda w: {"pk": w.returned.pk},
            data=lambda w: {"card": "extra", "files": w.file()},
            query=lambda w: "?card=extra",
            case="sent back as a whole",
        ),
    ),
    "proofs:typed": (
        Line(
            "302 200 200 403 404 404 404 404 404 404 404",
            "302 302 302 403 404 404 404 404 404 404 404",
            kwargs=lambda w: {"pk": w.proof.pk},
            data=lambda w: {"card": "extra", "kind": "url", "value": "https://example.com/a", "note": "x"},
            query=lambda w: "?card=extra&kind=url",
        ),
    ),
    "proofs:invoice_new": (
        Line(
            "302 200 200 403 404 404 404 404 404 404 404",
            "302 302 302 403 404 404 404 404 404 404 404",
            kwargs=lambda w: {"pk": w.proof.pk},
            data=lambda w: w.invoice_data,
        ),
    ),
    "proofs:invoice_edit": (
        Line(
            "302 200 200 403 404 404 404 404 404 404 404",
            "302 302 302 403 404 404 404 404 404 404 404",
            kwargs=lambda w: {"pk": w.invoice.pk},
            data=lambda w: w.invoice_data,
        ),
    ),
    "proofs:invoice_remove": (
        Line(
            "302 200 200 403 404 404 404 404 404 404 404",
            "302 302 302 403 404 404 404 404 404 404 404",
            kwargs=lambda w: {"pk": w.invoice.pk},
        ),
    ),
    "proofs:certification": (
        Line(
            "302 200 200 403 404 404 404 404 404 404 404",
            "302 422 422 403 404 404 404 404 404 404 404",
            kwargs=lambda w: {"pk": w.proof.pk},
            data=lambda w: w.report_data,
        ),
    ),
    "proofs:certification_sign": (
        Line(
            "302 200 200 403 404 404 404 404 404 404 404",
            "302 302 302 403 404 404 404 404 404 404 404",
            kwargs=lambda w: {"pk": w.proof.pk},
            data=lambda w: w.signature_data,
        ),
        Line(
            "302 403 403 403 404 404 404 404 403 403 404",
            "302 403 403 403 404 404 404 404 403 403 404",
            kwargs=lambda w: {"pk": w.sent_claim.proof.pk},
            data=lambda w: w.signature_data,
            case="of a sent proof",
        ),
    ),
    "proofs:certification_template": (
        Line(
            "302 200 200 200 404 404 404 404 404 404 404",
            "302 405 405 405 404 404 404 404 404 404 404",
            kwargs=lambda w: {"pk": w.proof.pk},
        ),
    ),
    "proofs:certification_remove": (
        Line(
            "302 200 200 403 404 404 404 404 404 404 404",
            "302 302 302 403 404 404 404 404 404 404 404",
            kwargs=lambda w: {"pk": w.proof.pk},
        ),
    ),
    "proofs:bin_drop": (
        Line(
            "302 200 200 403 404 404 404 404 404 404 404",
            "302 302 302 403 404 404 404 404 404 404 404",
            kwargs=lambda w: {"pk": w.enrollment.pk},
            data=lambda w: {"files": w.file()},
        ),
    ),
    "proofs:bin_put": (
        Line(
            "302 200 200 403 404 404 404 404 404 404 404",
            "302 302 302 403 404 404 404 404 404 404 404",
            kwargs=lambda w: {"pk": w.enrollment.pk},
            data=lambda w: {"document": w.lying.pk, "proof": w.proof.pk, "card": "extra"},
            query=lambda w: f"?document={w.lying.pk}&proof={w.proof.pk}",
        ),
        Line(
            "302 200 200 403 404 404 404 404 404 404 404",
            "302 422 422 403 404 404 404 404 404 404 404",
            kwargs=lambda w: {"pk": w.enrollment.pk},
            data=lambda w: {"document": w.lying.pk, "proof": w.claimed.pk, "card": "extra"},
            query=lambda w: f"?document={w.lying.pk}&proof={w.claimed.pk}",
            case="a proof that was sent",
        ),
    ),
    "proofs:document_to_bin": (
        Line(
            "302 200 200 403 404 404 404 404 404 404 404",
            "302 302 302 403 404 404 404 404 404 404 404",
            kwargs=lambda w: {"pk": w.document.pk},
        ),
        Line(
            "302 403 403 403 404 404 404 404 403 403 404",
            "302 403 403 403 404 404 404 404 403 403 404",
            kwargs=lambda w: {"pk": w.claimed_document.pk},
            case="while it is under review",
        ),
    ),
    "proofs:document": (
        Line(
            "302 200 200 200 404 404 404 404 200 200 404",
            "302 405 405 405 404 404 404 404 405 405 404",
            kwargs=lambda w: {"pk": w.claimed_document.pk},
        ),
        Line(
            "302 200 200 200 404 404 404 404 404 404 404",
            "302 405 405 405 404 404 404 404 404 404 404",
            kwargs=lambda w: {"pk": w.document.pk},
            case="of a draft",
        ),
        Line(
            "302 200 200 403 404 404 404 404 404 404 404",
            "302 405 405 403 404 404 404 404 404 404 404",
            kwargs=lambda w: {"pk": w.lying.pk},
            case="in the receipt bin: only who drafts there",
        ),
        Line(
            "302 200 200 200 404 404 404 404 404 404 404",
            "302 405 405 405 404 404 404 404 404 404 404",
            kwargs=lambda w: {"pk": w.wanted.pk},
            case="in the receipt bin, without plan",
        ),
    ),
    "proofs:download": (
        Line(
            "302 200 200 200 404 404 404 404 200 200 404",
            "302 405 405 405 404 404 404 404 405 405 404",
            kwargs=lambda w: {"pk": w.claimed_document.pk},
        ),
        Line(
            "302 200 200 200 404 404 404 404 404 404 404",
            "302 405 405 405 404 404 404 404 404 404 404",
            kwargs=lambda w: {"pk": w.document.pk},
            case="of a draft",
        ),
        Line(
            "302 404 404 404 404 404 404 404 404 404 404",
            "302 405 405 405 404 404 404 404 404 404 404",
            kwargs=lambda w: {"pk": w.waiting.pk},
            case="not checked yet: nobody",
        ),
        Line(
            "302 200 200 403 404 404 404 404 404 404 404",
            "302 405 405 403 404 404 404 404 404 404 404",
            kwargs=lambda w: {"pk": w.lying.pk},
            case="in the receipt bin: only who drafts there",
        ),
    ),
    "proofs:view": (
        Line(
            "302 200 200 200 404 404 404 404 200 200 404",
            "302 405 405 405 404 404 404 404 405 405 404",
            kwargs=lambda w: {"pk": w.claimed_document.pk},
        ),
        Line(
            "302 404 404 404 404 404 404 404 404 404 404",
            "302 405 405 405 404 404 404 404 404 404 404",
            kwargs=lambda w: {"pk": w.waiting.pk},
            case="not checked yet: nobody",
        ),
        Line(
            "302 200 200 403 404 404 404 404 404 404 404",
            "302 405 405 403 404 404 404 404 404 404 404",
            kwargs=lambda w: {"pk": w.lying.pk},
            case="in the receipt bin: only who drafts there",
        ),
    ),
    "proofs:picture": (
        Line(
            "302 200 200 200 404 404 404 404 200 200 404",
            "302 405 405 405 404 404 404 404 405 405 404",
            kwargs=lambda w: {"pk": w.claimed_document.pk, "page": 1},
        ),
        Line(
            "302 404 404 404 404 404 404 404 404 404 404",
            "302 405 405 405 404 404 404 404 404 404 404",
            kwargs=lambda w: {"pk": w.waiting.pk, "page": 1},
            case="not checked yet: nobody",
        ),
    ),
    "proofs:warning": (
        Line(
            "302 200 200 403 404 404 404 404 404 404 404",
            "302 302 302 403 404 404 404 404 404 404 404",
            kwargs=lambda w: {"pk": w.proof.pk, "mark": w.warning},
            data=lambda w: {"text": "The event was for few."},
        ),
    ),
    "proofs:warning_drop": (
        Line(
            "302 200 200 403 404 404 404 404 404 404 404",
            "302 302 302 403 404 404 404 404 404 404 404",
            kwargs=lambda w: {"pk": w.proof.pk, "mark": w.warning},
        ),
    ),
    "proofs:document_edit": (
        Line(
            "302 200 200 403 404 404 404 404 404 404 404",
            "302 302 302 403 404 404 404 404 404 404 404",
            kwargs=lambda w: {"pk": w.document.pk},
            data=lambda w: {"note": "Another note"},
        ),
        Line(
            "302 404 404 404 404 404 404 404 404 404 404",
            "302 404 404 404 404 404 404 404 404 404 404",
            kwargs=lambda w: {"pk": w.lying.pk},
            case="in the receipt bin: it has no card",
        ),
    ),
    "proofs:document_remove": (
        Line(
            "302 200 200 403 404 404 404 404 404 404 404",
            "302 302 302 403 404 404 404 404 404 404 404",
            kwargs=lambda w: {"pk": w.document.pk},
        ),
        Line(
            "302 403 403 403 404 404 404 404 403 403 404",
            "302 403 403 403 404 404 404 404 403 403 404",
            kwargs=lambda w: {"pk": w.claimed_document.pk},
            case="while it is under review",
        ),
        Line(
            "302 200 200 403 404 404 404 404 404 404 404",
            "302 302 302 403 404 404 404 404 404 404 404",
            kwargs=lambda w: {"pk": w.lying.pk},
            case="in the receipt bin",
        ),
    ),
    "proofs:document_restore": (
        Line(
            "302 404 404 404 404 404 404 404 404 404 404",
            "302 404 404 404 404 404 404 404 404 404 404",
            kwargs=lambda w: {"pk": w.document.pk},
            case="it was not removed",
        ),
    ),
    "proofs:document_retry": (
        Line(
            "302 200 200 403 404 404 404 404 404 404 404",
            "302 302 302 403 404 404 404 404 404 404 404",
            kwargs=lambda w: {"pk": w.document.pk},
        ),
        Line(
            "302 200 200 403 404 404 404 404 404 404 404",
            "302 302 302 403 404 404 404 404 404 404 404",
            kwargs=lambda w: {"pk": w.lying.pk},
            case="in the receipt bin",
        ),
    ),
    "proofs:finding_fixed": (
        Line(
            "302 200 200 403 404 404 404 404 403 403 404",
            "302 302 302 403 404 404 404 404 403 403 404",
            kwargs=lambda w: {"pk": w.returned_finding.pk},
            data=lambda w: {"reply": "Done"},
        ),
    ),
    "proofs:finding_undo": (
        Line(
            "302 200 200 403 404 404 404 404 403 403 404",
            "302 302 302 403 404 404 404 404 403 403 404",
            kwargs=lambda w: {"pk": w.returned_finding.pk},
        ),
    ),
    "proofs:verdict": (
        Line(
            "302 403 403 403 404 404 404 404 200 200 404",
            "302 403 403 403 404 404 404 404 302 302 404",
            kwargs=lambda w: {"pk": w.claimed_document.pk},
            data=lambda w: {"verdict": "accepted"},
        ),
    ),
    "proofs:finding_new": (
        Line(
            "302 403 403 403 404 404 404 404 200 200 404",
            "302 403 403 403 404 404 404 404 302 302 404",
            kwargs=lambda w: {"pk": w.claimed.pk},
            data=lambda w: {"text": "Too dark"},
        ),
    ),
    "proofs:finding_drop": (
        Line(
            "302 403 403 403 404 404 404 404 200 200 404",
            "302 403 403 403 404 404 404 404 302 302 404",
            kwargs=lambda w: {"pk": w.finding.pk},
        ),
    ),
    "claims:list": (
        Line(
            "302 200 200 200 403 403 403 200 200 200 200",
            "302 405 405 405 403 403 403 405 405 405 405",
        ),
    ),
    "claims:payments": (
        Line(
            "302 200 200 200 403 403 403 200 200 200 200",
            "302 405 405 405 403 403 403 405 405 405 405",
        ),
    ),
    "claims:payment": (
        Line(
            "302 200 200 200 404 404 404 404 200 200 404",
            "302 405 405 405 404 404 404 404 405 405 404",
            kwargs=lambda w: {"pk": w.payment.pk},
        ),
    ),
    "claims:payment_hold": (
        Line(
            "302 403 403 403 404 404 404 404 403 200 404",
            "302 403 403 403 404 404 404 404 403 302 404",
            kwargs=lambda w: {"pk": w.payment.pk},
            data=lambda w: {"reason": "An audit."},
        ),
    ),
    "claims:payment_move": (
        Line(
            "302 403 403 403 404 404 404 404 403 200 404",
            "302 403 403 403 404 404 404 404 403 302 404",
            kwargs=lambda w: {"pk": w.sent_payment.pk, "move": "mark_incorrect"},
            data=lambda w: {"comment": "Twice the amount."},
        ),
    ),
    "claims:tax_invoice": (
        Line(
            "302 403 409 403 404 404 404 404 403 403 404",
            "302 403 422 403 404 404 404 404 403 403 404",
            kwargs=lambda w: {"pk": w.payment.pk},
        ),
    ),
    "claims:tax_invoice_file": (
        Line(
            "302 403 404 403 404 404 404 404 403 404 404",
            "302 403 405 403 404 404 404 404 403 405 404",
            kwargs=lambda w: {"pk": w.payment.pk, "invoice": 1},
            case="there is none",
        ),
    ),
    "claims:remittance": (
        Line(
            "302 403 200 403 404 404 404 404 403 200 404",
            "302 403 405 403 404 404 404 404 403 405 404",
            kwargs=lambda w: {"pk": w.sent_payment.pk},
        ),
    ),
    "claims:runs": (
        Line(
            "302 403 403 403 403 403 403 403 403 200 200",
            "302 403 403 403 403 403 403 403 403 405 405",
        ),
    ),
    "claims:new_run": (
        Line(
            "302 403 403 403 403 403 403 403 403 200 200",
            "302 403 403 403 403 403 403 403 403 302 422",
            data=lambda w: {"what": f"{w.program.pk}:EUR"},
        ),
    ),
    "claims:run": (
        Line(
            "302 404 404 404 404 404 404 404 404 200 404",
            "302 404 404 404 404 404 404 404 404 405 404",
            kwargs=lambda w: {"pk": w.run.pk},
        ),
    ),
    "claims:run_move": (
        Line(
            "302 404 404 404 404 404 404 404 404 200 404",
            "302 404 404 404 404 404 404 404 404 302 404",
            kwargs=lambda w: {"pk": w.run.pk, "move": "cancel"},
            data=lambda w: {"comment": "Not today."},
        ),
    ),
    "claims:paying_account": (
        Line(
            "302 404 404 404 404 404 404 404 404 200 404",
            "302 404 404 404 404 404 404 404 404 422 404",
            kwargs=lambda w: {"pk": w.run.pk},
            data=lambda w: {"holder": ""},
        ),
    ),
    "claims:run_result": (
        Line(
            "302 404 404 404 404 404 404 404 404 200 404",
            "302 404 404 404 404 404 404 404 404 422 404",
            kwargs=lambda w: {"pk": w.closed_run.pk},
        ),
    ),
    "claims:run_file": (
        Line(
            "302 404 404 404 404 404 404 404 404 200 404",
            "302 404 404 404 404 404 404 404 404 405 404",
            kwargs=lambda w: {"pk": w.closed_run.pk, "kind": "xml"},
        ),
    ),
    "claims:bank_list": (
        Line(
            "302 403 200 403 403 403 403 200 403 200 200",
            "302 403 405 403 403 403 403 405 403 405 405",
        ),
    ),
    "claims:bank": (
        Line(
            "302 403 200 403 404 404 404 404 403 403 404",
            "302 403 422 403 404 404 404 404 403 403 404",
            kwargs=lambda w: {"pk": w.enrollment.pk},
        ),
    ),
    "claims:bank_take_over": (
        Line(
            "302 403 200 403 404 404 404 404 403 403 404",
            "302 403 302 403 404 404 404 404 403 403 404",
            kwargs=lambda w: {"pk": w.enrollment.pk, "source": w.offered_bank.pk},
        ),
    ),
    "claims:bank_check": (
        Line(
            "302 404 404 404 404 404 404 404 404 200 404",
            "302 404 404 404 404 404 404 404 404 405 404",
            kwargs=lambda w: {"pk": w.waiting_bank.pk},
        ),
    ),
    "claims:bank_judge": (
        Line(
            "302 404 404 404 404 404 404 404 404 200 404",
            "302 404 404 404 404 404 404 404 404 302 404",
            kwargs=lambda w: {"pk": w.waiting_bank.pk, "word": "validate"},
        ),
    ),
    "portal:calendar": (
        Line(
            "302 403 403 403 404 404 404 403 403 200 404",
            "302 403 403 403 404 404 404 403 403 405 404",
            kwargs=lambda w: {"pk": w.program.pk},
        ),
    ),
    "portal:period": (
        Line(
            "302 403 403 403 404 404 404 403 403 200 404",
            "302 403 403 403 404 404 404 403 403 422 404",
            kwargs=lambda w: {"pk": w.program.pk, "period": w.program.periods.first().pk},
        ),
    ),
    "portal:periods_new": (
        Line(
            "302 403 403 403 404 404 404 403 403 200 404",
            "302 403 403 403 404 404 404 403 403 422 404",
            kwargs=lambda w: {"pk": w.program.pk},
        ),
    ),
    "portal:year_new": (
        Line(
            "302 403 403 403 404 404 404 403 403 200 404",
            "302 403 403 403 404 404 404 403 403 200 404",
            kwargs=lambda w: {"pk": w.program.pk},
            data=lambda w: {"name": "FY40", "starts_on": "2039-10-01", "ends_on": "2040-09-30"},
        ),
    ),
    "portal:year": (
        Line(
            "302 403 403 403 404 404 404 403 403 200 404",
            "302 403 403 403 404 404 404 403 403 422 404",
            kwargs=lambda w: {"pk": w.program.pk, "year": w.cast.year.pk},
        ),
    ),
    "portal:rollover": (
        Line(
            "302 403 403 403 404 404 404 403 403 200 404",
            "302 403 403 403 404 404 404 403 403 422 404",
            kwargs=lambda w: {"pk": w.program.pk},
        ),
    ),
    "portal:work_days": (
        Line(
            "302 403 403 403 404 404 404 403 403 200 404",
            "302 403 403 403 404 404 404 403 403 200 404",
            kwargs=lambda w: {"pk": w.program.pk},
            data=lambda w: {"deadline_zone": "Europe/Berlin", "business_calendar": "DE"},
        ),
    ),
    "portal:program_new": (
        Line(
            "302 403 403 403 403 403 403 403 403 403 403",
            "302 403 403 403 403 403 403 403 403 403 403",
        ),
    ),
    "portal:program_facts": (
        Line(
            "302 403 403 403 404 404 404 403 403 200 404",
            "302 403 403 403 404 404 404 403 403 422 404",
            kwargs=lambda w: {"pk": w.program.pk},
        ),
    ),
    "portal:rules": (
        Line(
            "302 403 403 403 404 404 404 403 403 200 404",
            "302 403 403 403 404 404 404 403 403 405 404",
            kwargs=lambda w: {"pk": w.program.pk},
        ),
    ),
    "portal:rule_levels": (
        Line(
            "302 403 403 403 404 404 404 403 403 200 404",
            "302 403 403 403 404 404 404 403 403 422 404",
            kwargs=lambda w: {"pk": w.program.pk},
        ),
    ),
    "portal:rules_discard": (
        Line(
            "302 403 403 403 404 404 404 403 403 200 404",
            "302 403 403 403 404 404 404 403 403 302 404",
            kwargs=lambda w: {"pk": w.program.pk},
            data=lambda w: {"seen": w.draft.version},
        ),
    ),
    "portal:rules_publish": (
        Line(
            "302 403 403 403 404 404 404 403 403 200 404",
            "302 403 403 403 404 404 404 403 403 302 404",
            kwargs=lambda w: {"pk": w.program.pk},
            data=lambda w: {"seen": w.draft.version, "note": "New", "without_run": "on"},
        ),
    ),
    "portal:rules_compare": (
        Line(
            "302 403 403 403 404 404 404 403 403 200 404",
            "302 403 403 403 404 404 404 403 403 302 404",
            kwargs=lambda w: {"pk": w.program.pk},
            data=lambda w: {"seen": w.draft.version, "span": f"year-{w.cast.year.pk}"},
        ),
    ),
    "portal:rule_run": (
        Line(
            "302 403 403 403 404 404 404 403 403 200 404",
            "302 403 403 403 404 404 404 403 403 405 404",
            kwargs=lambda w: {"pk": w.program.pk, "run": w.rule_run.pk},
        ),
    ),
    "portal:rule_type_new": (
        Line(
            "302 403 403 403 404 404 404 403 403 200 404",
            "302 403 403 403 404 404 404 403 403 422 404",
            kwargs=lambda w: {"pk": w.program.pk, "year": w.cast.year.pk},
        ),
    ),
    "portal:rule_type": (
        Line(
            "302 403 403 403 404 404 404 403 403 200 404",
            "302 403 403 403 404 404 404 403 403 422 404",
            kwargs=lambda w: {"pk": w.program.pk, "year": w.cast.year.pk, "slug": "print_advertising"},
        ),
    ),
    "portal:rule_type_undo": (
        Line(
            "302 403 403 403 404 404 404 403 403 200 404",
            "302 403 403 403 404 404 404 403 403 302 404",
            kwargs=lambda w: {"pk": w.program.pk, "year": w.cast.year.pk, "slug": "print_advertising"},
            data=lambda w: {"seen": w.draft.types.get().fingerprint},
        ),
    ),
    "claims:new": (
        Line(
            "302 302 302 302 403 403 403 200 403 403 403",
            "302 404 404 404 403 403 403 404 403 403 403",
        ),
        Line(
            "302 200 200 200 403 403 403 404 403 403 403",
            "302 302 302 302 403 403 403 404 403 403 403",
            data=lambda w: {"period": w.coop_ready.period_id, "activity_type": "print_advertising", "name": "Another"},
            query=lambda w: f"?enrollment={w.coop.enrollment.pk}",
            case="for one enrolment",
        ),
        Line(
            "302 422 422 422 403 403 403 404 403 403 403",
            "302 422 422 422 403 403 403 404 403 403 403",
            data=lambda w: {"activity_type": "print_advertising", "name": "Another"},
            query=lambda w: f"?enrollment={w.enrollment.pk}",
            case="where the program has plans",
        ),
    ),
    "claims:submit_proof": (
        Line(
            "302 403 200 403 404 404 404 404 404 404 404",
            "302 403 302 403 404 404 404 404 404 404 404",
            kwargs=lambda w: {"pk": w.ready.pk},
        ),
        Line(
            "302 200 200 200 404 404 404 404 404 404 404",
            "302 302 302 302 404 404 404 404 404 404 404",
            kwargs=lambda w: {"pk": w.coop_ready.pk},
            case="without plan",
        ),
        Line(
            "302 200 200 200 404 404 404 404 403 403 404",
            "302 422 422 422 404 404 404 404 403 403 404",
            kwargs=lambda w: {"pk": w.coop_returned.proof_id},
            case="without plan, sent back: the finding is not fixed",
        ),
    ),
    "claims:recommend": (
        Line(
            "302 403 403 403 404 404 404 404 200 200 404",
            "302 403 403 403 404 404 404 404 302 302 404",
            kwargs=lambda w: {"pk": w.claim.pk},
            data=lambda w: {"recommendation": "approve", "amount": "100"},
        ),
    ),
    "claims:assign": (
        Line(
            "302 403 403 403 404 404 404 404 200 200 404",
            "302 403 403 403 404 404 404 404 302 302 404",
            kwargs=lambda w: {"pk": w.claim.pk},
            data=lambda w: {"person": w.cast.vendor_admin.pk},
        ),
    ),
    "claims:comment": (
        Line(
            "302 200 200 403 404 404 404 404 200 200 404",
            "302 302 302 403 404 404 404 404 302 302 404",
            kwargs=lambda w: {"pk": w.claim.pk},
            data=lambda w: {"comment": "Hello"},
        ),
    ),
    "claims:bundle": (
        Line(
            "302 403 403 403 404 404 404 404 200 200 404",
            "302 403 403 403 404 404 404 404 405 405 404",
            kwargs=lambda w: {"pk": w.claim.pk},
        ),
    ),
    "claims:move": (
        Line(
            "302 403 403 403 404 404 404 404 200 200 404",
            "302 403 403 403 404 404 404 404 302 302 404",
            kwargs=lambda w: {"pk": w.sent_claim.pk, "move": "take"},
            case="take",
        ),
        Line(
            "302 403 200 403 404 404 404 404 403 403 404",
            "302 403 302 403 404 404 404 404 403 403 404",
            kwargs=lambda w: {"pk": w.sent_claim.pk, "move": "withdraw"},
            case="withdraw",
        ),
        Line(
            "302 200 200 200 404 404 404 404 403 403 404",
            "302 302 302 302 404 404 404 404 403 403 404",
            kwargs=lambda w: {"pk": w.coop_claim.pk, "move": "withdraw"},
            case="withdraw, without plan",
        ),
        Line(
            "302 403 403 403 404 404 404 404 200 200 404",
            "302 403 403 403 404 404 404 404 302 302 404",
            kwargs=lambda w: {"pk": w.claim.pk, "move": "request_action"},
            data=lambda w: {"comment": "Please."},
            case="request action",
        ),
        Line(
            "302 403 403 403 404 404 404 404 403 200 404",
            "302 403 403 403 404 404 404 404 403 302 404",
            kwargs=lambda w: {"pk": w.claim.pk, "move": "approve"},
            data=lambda w: {"amount": "100", "comment": "Fees are not covered."},
            case="approve",
        ),
        Line(
            "302 403 403 403 404 404 404 404 403 200 404",
            "302 403 403 403 404 404 404 404 403 302 404",
            kwargs=lambda w: {"pk": w.claim.pk, "move": "reject"},
            data=lambda w: {"comment": "No."},
            case="reject",
        ),
    ),
    "health": (
        Line(
            "503 503 503 503 503 503 503 503 503 503 503",
            "405 405 405 405 405 405 405 405 405 405 405",
        ),
    ),
    "set_language": (
        Line(
            "302 302 302 302 302 302 302 302 302 302 302",
            "302 302 302 302 302 302 302 302 302 302 302",
            data=lambda w: {"language": "en"},
        ),
    ),
    "demo:gallery": (
        Line(
            "200 200 200 200 200 200 200 200 200 200 200",
            "200 200 200 200 200 200 200 200 200 200 200",
        ),
    ),
    "demo:confirm": (
        Line(
            "200 200 200 200 200 200 200 200 200 200 200",
            "200 200 200 200 200 200 200 200 200 200 200",
        ),
    ),
}
