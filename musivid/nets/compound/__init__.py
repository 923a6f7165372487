"""Compound-word transformers (CMT, BMT): layers, network, files."""
