"""Cases of other systems, encoded as typed events: one module for each family."""
