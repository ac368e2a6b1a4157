"""The help: answers to what members come to do, in three languages, each ending in the action itself."""
