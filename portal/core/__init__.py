"""Ground floor: money, time, language, database, mail and files; imports nothing else of ours."""
