"""The desk's disputes: taking one in, the coordinators' queue, one dispute with its clocks, file and acts."""
