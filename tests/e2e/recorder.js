// Records what a person at this page would hear, mixed down: all media elements that really play, and all that an
// AudioContext plays. Beside it, once a frame: how loud it is, how the face stands, how far the caption is.
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
  const recorder = { startedAt: null, chunks: [], frames: [], contexts: 0 };
  window.recorder = recorder;
  const context = new AudioContext({ sampleRate: RATE });

  const take = (chunk) => {
    recorder.startedAt ??= Date.now() - (chunk.length / RATE) * 1000;
    recorder.chunks.push(chunk);
  };
  const worklet = () =>
    context.audioWorklet
      .addModule(URL.createObjectURL(new Blob([TAP], { type: 'text/javascript' })))
      .then(() => {
        const node = new AudioWorkletNode(context, 'tap', {
          numberOfOutputs: 1,
          channelCount: 1,
          channelCountMode: 'explicit',
        });
        node.port.onmessage = ({ data }) => take(data);
        return node;
      });
  // Pages without https have no worklets.
  const processor = () => {
    const node = context.createScriptProcessor(2048, 1, 1);
    node.onaudioprocess = ({ inputBuffer }) => {
      take(Int16Array.from(inputBuffer.getChannelData(0), (x) => Math.max(-1, Math.min(1, x)) * 32767));
    };
    return Promise.resolve(node);
  };
  const connect = AudioNode.prototype.connect;
  const tap = (context.audioWorklet ? worklet() : processor()).then((node) => {
    // A node that leads nowhere is not processed; this one sends silence on.
    connect.call(node, context.destination);
    return node;
  });
  addEventListener('pointerdown', () => void context.resume(), true);

  const listen = (stream, gain) => {
    connect.call(context.createMediaStreamSource(stream), gain);
    void tap.then((node) => connect.call(gain, node));
  };

  const gains = new Map();
  const listenToElement = (element) => {
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
    listen(stream, gain);
  };
  const source = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, 'srcObject');
  Object.defineProperty(HTMLMediaElement.prototype, 'srcObject', {
    ...source,
    set(stream) {
      source.set.call(this, stream);
      listenToElement(this);
    },
  });

  // One tap and one meter for each AudioContext of the page; what goes to its loudspeaker goes through both.
  const taps = new Map();
  const tapOf = (other) => {
    if (!taps.has(other)) {
      recorder.contexts += 1;
      const stream = other.createMediaStreamDestination();
      const meter = other.createAnalyser();
      meter.fftSize = 1024;
      taps.set(other, { stream, meter, samples: new Float32Array(meter.fftSize) });
      listen(stream.stream, context.createGain());
    }
    return taps.get(other);
  };
  AudioNode.prototype.connect = function (target, ...more) {
    const result = connect.call(this, target, ...more);
    if (target instanceof AudioDestinationNode && target.context !== context && target.context instanceof AudioContext) {
      const { stream, meter } = tapOf(target.context);
      connect.call(this, stream);
      connect.call(this, meter);
    }
    return result;
  };
  const disconnect = AudioNode.prototype.disconnect;
  AudioNode.prototype.disconnect = function (target, ...more) {
    disconnect.call(this, ...(target === undefined ? [] : [target, ...more]));
    if (target instanceof AudioDestinationNode && taps.has(target.context)) {
      const { stream, meter } = taps.get(target.context);
      disconnect.call(this, stream);
      disconnect.call(this, meter);
    }
  };
  const loudness = () => {
    let sum = 0;
    for (const { meter, samples } of taps.values()) {
      meter.getFloatTimeDomainData(samples);
      sum += samples.reduce((total, sample) => total + sample * sample, 0) / samples.length;
    }
    return Math.sqrt(sum);
  };

  const find = (root, name) => {
    for (const element of root.querySelectorAll('*')) {
      if (element.localName === name) return element;
      const inner = element.shadowRoot && find(element.shadowRoot, name);
      if (inner) return inner;
    }
    return null;
  };
  let card = null;
  const watch = () => {
    requestAnimationFrame(watch);
    if (!card?.isConnected) card = find(document, 'streaming-avatar-view');
    const face = card?.renderRoot?.querySelector('streaming-avatar-face')?.face;
    if (!face) return;
    const words = card.renderRoot.querySelectorAll('.caption .spoken');
    recorder.frames.push([
      Date.now(),
      loudness(),
      face.state.open,
      face.state.yaw,
      [...words].reduce((sum, word) => sum + word.textContent.length, 0),
    ]);
  };
  requestAnimationFrame(watch);

  recorder.take = () => {
    const length = recorder.chunks.reduce((sum, chunk) => sum + chunk.length, 0);
    const bytes = new Uint8Array(length * 2);
    let at = 0;
    for (const chunk of recorder.chunks) {
      bytes.set(new Uint8Array(chunk.buffer), at);
      at += chunk.length * 2;
    }
    let text = '';
    for (let i = 0; i < bytes.length; i += 0x8000) {
      text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
    }
    return { startedAt: recorder.startedAt, samples: btoa(text) };
  };
})();
