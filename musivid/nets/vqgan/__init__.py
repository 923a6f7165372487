"""The VQGANs of taming-transformers as painters.

`model` makes the published networks out of the package's blocks and reads their files, `sizes`
tells from the tensors of a file what to make, `swaps` holds the few blocks that are ours.
"""
