"""Bytes: objects by key, in a folder or in S3."""
