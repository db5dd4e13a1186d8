"""What is done with stories and consent: one verb a function, one transaction each, the instant as an argument."""
