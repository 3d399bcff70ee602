"""Pages of claims and payments, cut by noun."""

from claims.views.bank import BankList, CheckBank, EditBank, JudgeBank, TakeOverBank
from claims.views.bundle import BundleDownload
from claims.views.lists import ClaimList
from claims.views.moves import Assign, ClaimMove, Comment, Recommend
from claims.views.new import NewClaim
from claims.views.payments import (
    HoldPayment,
    PaymentList,
    PaymentMove,
    PaymentPage,
    Remittance,
    SendTaxInvoice,
    TaxInvoiceFile,
)
from claims.views.runs import (
    EditPayingAccount,
    ImportResult,
    NewRun,
    RunFileDownload,
    RunList,
    RunMove,
    RunPage,
)
from claims.views.submit import SubmitProof

__all__ = [
    "Assign",
    "BankList",
    "BundleDownload",
    "CheckBank",
    "ClaimList",
    "ClaimMove",
    "Comment",
    "EditBank",
    "EditPayingAccount",
    "HoldPayment",
    "ImportResult",
    "JudgeBank",
    "NewClaim",
    "NewRun",
    "PaymentList",
    "PaymentMove",
    "PaymentPage",
    "Recommend",
    "Remittance",
    "RunFileDownload",
    "RunList",
    "RunMove",
    "RunPage",
    "SendTaxInvoice",
    "SubmitProof",
    "TakeOverBank",
    "TaxInvoiceFile",
]
