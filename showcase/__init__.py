"""What teams tell: stories and their media, everyone's consent, and where teams appeared in public."""
