"""The VQGAN of taming-transformers: layers and network."""
