"""A letter in every form it can be had in, made from its frozen words alone."""
