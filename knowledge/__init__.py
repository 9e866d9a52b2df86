"""Files in, grounded context out. Knows no model, no screen."""
