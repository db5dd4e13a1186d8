"""Template tags of what every page shares."""
