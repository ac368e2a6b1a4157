"""Writing messages, keeping drafts, noting who has read, telling who should know."""
