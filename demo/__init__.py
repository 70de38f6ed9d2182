"""A whole Streaming Avatar on this machine: Home Assistant, a simulated cloud, and a LiveKit server between them."""
