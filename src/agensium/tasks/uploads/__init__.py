"""Uploads that outlive a connection: begun, continued by anybody who knows them, completed.

The row is the truth: bytes count as received once it says so. The store holds them in parts,
and what is too little for a part in a tail of its own, so that nothing that was confirmed is
ever sent again.
"""
