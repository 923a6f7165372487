"""Networks only: tensors in, tensors out; one file for each family of networks."""
