"""Payments a representative asks for: by a link that is sent, or by handing a caller to card entry."""
