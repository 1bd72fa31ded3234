"""Values: errors, the report model and statistics. No input or output happens here."""
