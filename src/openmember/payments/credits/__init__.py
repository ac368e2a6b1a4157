"""Credit worked: found, aged, given back by tender or check, recovered, turned over when nobody claims it."""
