"""Partners and all that goes out, in the admin."""
