"""Exports: what a report looks like as a file, a page or lines in a terminal."""
