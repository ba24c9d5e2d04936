"""Pictures of results, drawn on matplotlib axes that may be given."""
