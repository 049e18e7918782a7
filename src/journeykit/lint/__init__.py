"""The linter: findings about profiles that are well-formed and still wrong. ``remarks`` returns all of them."""
