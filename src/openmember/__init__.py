"""OpenMember: member bill-pay and customer care for an integrated health plan."""
