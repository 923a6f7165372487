"""Published pipelines of diffusers, and their autoencoders as painters."""
