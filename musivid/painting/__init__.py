"""Painting: latents towards meanings by optimisation, the ways between them, and the camera.

`painter` moves latents by the `loss` of what a perceptor sees in `cutouts` and `augments`;
`keyframes` paints the pictures that a film walks between, from `inits` on. `walk` and `sparse_walk`
decode the ways, `between` says how one thing becomes another, `blend` does it without a network.
`camera`, `colour`, `levels` and `looks` are what is done to finished frames.
"""
