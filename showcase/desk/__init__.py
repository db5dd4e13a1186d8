"""The story desk: its screens at /desk/ and /desk/stories/."""
