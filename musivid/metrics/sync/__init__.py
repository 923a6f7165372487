"""How well picture and sound keep together."""
