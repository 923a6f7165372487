"""Songs by rules: form, harmony, tune and players, laid on a film."""
