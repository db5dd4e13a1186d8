"""The demo: programme years played through the same acts editors and reviewers use, from the texts in ``content/``."""
