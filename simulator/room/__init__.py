"""Rooms where viewers meet an avatar. Nothing here knows a vendor."""
