from proofs.models.bin import ReceiptBin
from proofs.models.costs import CertificationLine, CertificationReport, Invoice, InvoiceLine
from proofs.models.document import Document, DocumentCheck, DocumentPicture, DocumentReading, Likeness, Twin
from proofs.models.finding import Finding, WarningAnswer
from proofs.models.proof import Proof

__all__ = [
    "CertificationLine",
    "CertificationReport",
    "Document",
    "DocumentCheck",
    "DocumentPicture",
    "DocumentReading",
    "Finding",
    "Invoice",
    "InvoiceLine",
    "Likeness",
    "Proof",
    "ReceiptBin",
    "Twin",
    "WarningAnswer",
]
