"""Template tags of the showcase."""
