"""The checks of an uploaded file, in order: cheap before dear, and each relying on those before it."""

from proofs.checks.active import ActiveContentCheck
from proofs.checks.base import Check
from proofs.checks.image import ImageCheck
from proofs.checks.kind import KindCheck
from proofs.checks.likeness import LikenessCheck
from proofs.checks.mail import MailCheck
from proofs.checks.malware import MalwareCheck
from proofs.checks.media import MediaCheck
from proofs.checks.name import NameCheck
from proofs.checks.office import OfficeCheck
from proofs.checks.pdf import PdfCheck
from proofs.checks.size import SizeCheck
from proofs.checks.table import TableCheck
from proofs.checks.text import TextCheck

CHECKS: tuple[Check, ...] = (
    SizeCheck(),
    NameCheck(),
    KindCheck(),
    TextCheck(),
    TableCheck(),
    ActiveContentCheck(),
    PdfCheck(),
    ImageCheck(),
    MediaCheck(),
    OfficeCheck(),
    MailCheck(),
    LikenessCheck(),
    MalwareCheck(),
)
