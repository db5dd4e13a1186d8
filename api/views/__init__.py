"""What partners read, one file per address."""
