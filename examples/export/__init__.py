"""A made-up CRM export in the form that `journeykit replay` reads, and the program that writes it."""
