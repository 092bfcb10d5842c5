"""Reactions of nucleons and light nuclei in the early universe: neutrons and protons by the weak force, nuclei by fusion."""
