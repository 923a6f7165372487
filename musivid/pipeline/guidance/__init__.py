"""What pictures should mean at each moment: time to weighted prompts; windows of sound."""
