"""The service as a whole: API, pages and the embedded worker in one application."""
