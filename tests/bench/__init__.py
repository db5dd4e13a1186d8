"""How fast the hub answers beside a view that does nothing: ``make bench``."""
