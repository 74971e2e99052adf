"""What scripts/bench is made of: measuring, the peers, the rows of the table, and what is written of them."""
