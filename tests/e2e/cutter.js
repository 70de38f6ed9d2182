// Cuts this page's websockets, and lets none through until they may come back: `cutter.cut()`, `cutter.mend()`.
(() => {
  const open = new Set();
  let isCut = false;
  const Real = window.WebSocket;
  window.WebSocket = class extends Real {
    constructor(url, protocols) {
      super(isCut ? 'ws://127.0.0.1:9/' : url, protocols);
      open.add(this);
      this.addEventListener('close', () => open.delete(this));
    }
  };
  window.cutter = {
    cut() {
      isCut = true;
      for (const socket of open) socket.close();
    },
    mend() {
      isCut = false;
    },
  };
})();
