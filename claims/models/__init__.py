from claims.models.claim import CapUse, Claim, LineDecision
from claims.models.payment import BankResult, Payment, PaymentRun, RunLine, TaxInvoice

__all__ = ["BankResult", "CapUse", "Claim", "LineDecision", "Payment", "PaymentRun", "RunLine", "TaxInvoice"]
