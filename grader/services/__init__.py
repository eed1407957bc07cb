"""Database servers: what they are, where they run, who has them, and what is left of them."""
