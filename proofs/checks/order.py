"""The checks of an uploaded file, in order: cheap before dear, and each relying on those before it."""

from proofs.checks.active import ActiveContentCheck
from proofs.checks.base import Check
from proofs.checks.duplicate import DuplicateCheck
from proofs.checks.image import ImageCheck
from proofs.checks.kind import KindCheck
from proofs.checks.likeness import LikenessCheck
from proofs.checks.malware import MalwareCheck
from proofs.checks.name import NameCheck
from proofs.checks.pdf import PdfCheck
from proofs.checks.size import SizeCheck
from proofs.checks.text import TextCheck

CHECKS: tuple[Check, ...] = (
    SizeCheck(),
    NameCheck(),
    KindCheck(),
    TextCheck(),
    ActiveContentCheck(),
    PdfCheck(),
    ImageCheck(),
    LikenessCheck(),
    DuplicateCheck(),
    MalwareCheck(),
)
