"""The rules of SME status: figures, relations, status over the years, de minimis aid."""
