"""What every room stands on: money, references, SQL, the audit log, throttles, the embedded database."""
