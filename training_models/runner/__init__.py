"""Training: units of work, the pool of processes that trains them, and what is kept of them."""
