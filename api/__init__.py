"""The only door to the outside: the ledger of what was told, and everything partners read."""
