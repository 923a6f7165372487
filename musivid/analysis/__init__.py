"""What there is to hear and to see in the inputs."""
