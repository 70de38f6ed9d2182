// Records what a person at this page would hear: the sound of all media elements that really play, mixed down.
(() => {
  const RATE = 16000;
  const CHUNK = 1600;
  const TAP = `registerProcessor('tap', class extends AudioWorkletProcessor {
    constructor() {
      super();
      this.chunk = new Int16Array(${CHUNK});
      this.filled = 0;
    }
    process([[channel]]) {
      for (let i = 0; i < 128; i += 1) {
        const sample = channel ? channel[i] : 0;
        this.chunk[this.filled] = Math.max(-1, Math.min(1, sample)) * 32767;
        this.filled += 1;
        if (this.filled === this.chunk.length) {
          this.port.postMessage(this.chunk);
          this.chunk = new Int16Array(${CHUNK});
          this.filled = 0;
        }
      }
      return true;
    }
  });`;
  const recorder = { startedAt: null, chunks: [] };
  window.recorder = recorder;
  const context = new AudioContext({ sampleRate: RATE });
  const tap = context.audioWorklet
    .addModule(URL.createObjectURL(new Blob([TAP], { type: 'text/javascript' })))
    .then(() => {
      const node = new AudioWorkletNode(context, 'tap', {
        numberOfOutputs: 1,
        channelCount: 1,
        channelCountMode: 'explicit',
      });
      node.port.onmessage = ({ data }) => {
        recorder.startedAt ??= Date.now() - (CHUNK / RATE) * 1000;
        recorder.chunks.push(data);
      };
      // A node that leads nowhere is not processed; this one sends silence on.
      node.connect(context.destination);
      return node;
    });
  addEventListener('pointerdown', () => void context.resume(), true);

  const gains = new Map();
  const listen = (element) => {
    gains.get(element)?.disconnect();
    gains.delete(element);
    const stream = element.srcObject;
    if (!(stream instanceof MediaStream) || stream.getAudioTracks().length === 0) return;
    const gain = context.createGain();
    gains.set(element, gain);
    const apply = () => {
      gain.gain.value = element.paused || element.muted ? 0 : element.volume;
    };
    for (const type of ['play', 'playing', 'pause', 'volumechange', 'emptied', 'ended']) {
      element.addEventListener(type, apply);
    }
    apply();
    context.createMediaStreamSource(stream).connect(gain);
    void tap.then((node) => gain.connect(node));
  };
  const source = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, 'srcObject');
  Object.defineProperty(HTMLMediaElement.prototype, 'srcObject', {
    ...source,
    set(stream) {
      source.set.call(this, stream);
      listen(this);
    },
  });

  recorder.take = () => {
    const bytes = new Uint8Array(recorder.chunks.length * CHUNK * 2);
    recorder.chunks.forEach((chunk, i) => bytes.set(new Uint8Array(chunk.buffer), i * CHUNK * 2));
    let text = '';
    for (let i = 0; i < bytes.length; i += 0x8000) {
      text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
    }
    return { startedAt: recorder.startedAt, samples: btoa(text) };
  };
})();
