"""What a model is made of, and what can be asked of it."""
