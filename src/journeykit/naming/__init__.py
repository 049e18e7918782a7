"""What things are called: by name, or by labels in a language."""
