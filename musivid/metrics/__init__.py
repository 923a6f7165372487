"""How well picture and sound fit, measured."""
