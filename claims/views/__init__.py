"""Pages of claims, cut by noun."""

from claims.views.bundle import BundleDownload
from claims.views.lists import ClaimList
from claims.views.moves import Assign, ClaimMove, Comment, Recommend
from claims.views.submit import SubmitProof

__all__ = ["Assign", "BundleDownload", "ClaimList", "ClaimMove", "Comment", "Recommend", "SubmitProof"]
