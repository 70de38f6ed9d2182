"""How what is learnt was learnt."""
