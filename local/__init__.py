"""The world on a laptop: what the bridge talks to, simulated from the vendors' contracts. Never ships."""
