"""Who: workspaces."""
