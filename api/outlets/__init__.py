"""What goes out: to the webhooks of partners and to the Facebook page, each from rows the ledger has written."""
