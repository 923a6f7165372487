"""Films become one film (`combine`)."""
