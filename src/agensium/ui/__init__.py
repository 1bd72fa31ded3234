"""The pages around the report: pure functions from values to HTML, and their style and script."""
