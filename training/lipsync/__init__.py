"""The network that reads lips from sound: its voices, its training, its weights."""
