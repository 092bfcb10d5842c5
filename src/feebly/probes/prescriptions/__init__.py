"""The exact choices of single papers, one TOML file each."""
