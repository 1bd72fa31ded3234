"""Rows: the engine, the base of all models, their column types and the migrations."""
