"""What the checks know about the inside of file formats. Pure functions on bytes; no outcomes, no texts."""
