/** Its own chunk: the one large thing in the card, fetched only when a room is about to be joined. */
export { DisconnectReason, LogLevel, Room, RoomEvent, setLogLevel, Track } from 'livekit-client';
