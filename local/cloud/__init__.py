"""The cloud on a laptop: an unmodified SAM stack, deployed by the real SAM CLI, with no Docker and no account."""
