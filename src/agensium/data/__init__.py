"""Tables: telling formats apart, finding dialects, opening and scanning."""
