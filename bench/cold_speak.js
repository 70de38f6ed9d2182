// Notes when what happens in a page, in milliseconds of Unix time: the line to Home Assistant, the room, picture, sound.
(() => {
  const LOUD = 0.005;
  const marks = {};
  window.marks = marks;
  window.mark = (name) => {
    marks[name] ??= Date.now();
  };
  const Native = window.WebSocket;
  window.WebSocket = class extends Native {
    constructor(...args) {
      super(...args);
      if (String(args[0]).includes('/rtc')) mark('connecting');
      this.addEventListener('message', ({ data }) => {
        if (typeof data === 'string' && data.includes('"type":"join"')) mark('told');
      });
    }
    send(data) {
      if (typeof data === 'string' && data.includes('"kind":"joined"')) mark('joined');
      if (typeof data === 'string' && data.includes('"kind":"first_frame"')) mark('reported');
      super.send(data);
    }
  };
  let context;
  const listen = (stream) => {
    context ??= new AudioContext();
    const meter = context.createAnalyser();
    meter.fftSize = 512;
    context.createMediaStreamSource(stream).connect(meter);
    const samples = new Float32Array(512);
    const look = () => {
      meter.getFloatTimeDomainData(samples);
      if (samples.some((sample) => Math.abs(sample) > LOUD)) mark('sound');
      else setTimeout(look, 2);
    };
    look();
  };
  const source = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, 'srcObject');
  Object.defineProperty(HTMLMediaElement.prototype, 'srcObject', {
    ...source,
    set(stream) {
      source.set.call(this, stream);
      if (!(stream instanceof MediaStream)) return;
      if (stream.getVideoTracks().length > 0) this.requestVideoFrameCallback(() => mark('frame'));
      if (stream.getAudioTracks().length > 0) listen(stream);
    },
  });

  // What the vendor's SDK does, in its order: new, start, join, and then the first text. The token comes from the
  // application's server, which is left out of the account: its way adds to this.
  window.speakAsTheSdk = async ({ base, key, wanted, text }) => {
    const { Room, RoomEvent, Track } = window.livekit;
    const call = async (operation, headers, body) => {
      const answer = await fetch(`${base}/v1/streaming/${operation}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      });
      return answer.ok ? (await answer.json()).data : null;
    };
    mark('begun');
    const { token } = await call('create_token', { 'x-api-key': key }, {});
    const bearer = { authorization: `Bearer ${token}` };
    const session = await call('new', bearer, wanted);
    mark('created');
    const room = new Room({ adaptiveStream: false, dynacast: false });
    const ready = new Promise((resolve) => {
      const kinds = new Set();
      room.on(RoomEvent.TrackSubscribed, (track) => {
        const element = document.createElement(track.kind);
        element.autoplay = true;
        document.body.append(element);
        track.attach(element);
        kinds.add(track.kind);
        if (kinds.has(Track.Kind.Video) && kinds.has(Track.Kind.Audio)) resolve();
      });
    });
    await room.prepareConnection(session.url, session.access_token);
    const { session_id } = session;
    await call('start', bearer, { session_id });
    mark('started');
    mark('told');
    await room.connect(session.url, session.access_token);
    mark('joined');
    await ready;
    const task = { session_id, text, task_type: 'repeat', task_mode: 'async' };
    while (!marks.frame || !(await call('task', bearer, task))) {
      await new Promise((resolve) => setTimeout(resolve, marks.frame ? 50 : 1));
    }
    return () => call('stop', bearer, { session_id });
  };
})();
