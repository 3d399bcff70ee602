"""What the evidence says against what was typed: checks of one proof as a whole, each with its level and its place."""
