"""Real servers for tests: each module starts one private server and takes it away again."""
