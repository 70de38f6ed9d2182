"""What the avatar looks and sounds like. Nothing here knows a vendor or a room."""
