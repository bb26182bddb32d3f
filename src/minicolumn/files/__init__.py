"""Files: tables, models and documents, written whole and sealed."""
