"""The roof: settings, the one URL screen, base templates and the commands that run the service."""
