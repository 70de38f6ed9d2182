"""KonPro, as its documents describe it; where they are silent, HeyGen's, its twin, fill in."""
