"""Tables the vendor uploads: read in constant memory, judged in the database."""
