"""The Facebook page in the admin: the panel in every editor, and the compose kit."""
