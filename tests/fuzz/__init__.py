"""Good files made bad at random, and what the checks say to them."""
