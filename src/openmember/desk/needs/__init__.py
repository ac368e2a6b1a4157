"""What the people on an account need, recorded once for everybody who meets them."""
