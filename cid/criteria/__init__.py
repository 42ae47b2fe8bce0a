"""Does the diagram admit the incentive? One concept a file: theorem, scope, source."""
