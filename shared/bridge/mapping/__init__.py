"""Translation, pure: a document in, a document or the reasons why not out."""
