"""Drive the library and a naive model with the same random steps, and compare after each."""
