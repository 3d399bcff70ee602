"""Values read from documents: words with their places first, then what they mean. Pure: no database, no settings."""
