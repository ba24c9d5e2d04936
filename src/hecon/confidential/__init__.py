"""Files that leave out chosen inputs, tested before they are left on disk."""
