"""The desk of teams: its screens at /desk/teams/ and /desk/invitations/."""
