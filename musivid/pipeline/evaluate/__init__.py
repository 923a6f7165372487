"""Files become measures (`evaluate`)."""
