"""One module a page: what it shows, and the routes it has."""
