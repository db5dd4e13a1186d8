"""The year and who takes part: programmes, events, venues, resources."""
