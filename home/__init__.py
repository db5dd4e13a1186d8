"""The ground floor: what every page shares, people, files, letters, the calendar and the plain pages."""
