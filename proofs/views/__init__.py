"""Pages of one proof's parts; the evidence page itself stands in the portal."""
