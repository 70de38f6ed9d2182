"""The heart: one machine per avatar that decides, and a runtime that carries its decisions out."""
