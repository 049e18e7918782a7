"""What a profile says in good grammar and should not say. ``remarks`` says everything."""
