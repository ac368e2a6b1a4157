"""Taking enrolment: `intake` takes a file whole or not at all, `apply` does what one instruction says."""
