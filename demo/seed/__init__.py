"""The invented companies of the demo, played through the same services people use."""
