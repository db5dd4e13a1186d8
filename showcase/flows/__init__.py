"""What the showcase does: one verb a function, each in one transaction, recorded in the record of consent."""
