"""Settings: base, then development, test or production on top."""
