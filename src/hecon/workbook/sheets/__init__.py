"""The sheets around the model: Cover, Control, Inputs, Results, Checks, PSA, pictures."""
