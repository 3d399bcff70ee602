from claims.models.claim import CapUse, Claim, LineDecision
from claims.models.payment import BankResult, Payment, PaymentRun, RunLine, TaxInvoice
from claims.models.rule_run import RuleDifference, RuleRun

__all__ = [
    "BankResult",
    "CapUse",
    "Claim",
    "LineDecision",
    "Payment",
    "PaymentRun",
    "RuleDifference",
    "RuleRun",
    "RunLine",
    "TaxInvoice",
]
