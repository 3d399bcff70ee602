from claims.models.claim import CapUse, Claim, LineDecision

__all__ = ["CapUse", "Claim", "LineDecision"]
