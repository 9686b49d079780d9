"""Patrols: frames in, plans out. Who is visited and why, by which team on which day, and what the visits teach."""
