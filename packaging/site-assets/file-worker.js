// Pages that are opened from files may not start a worker, which the search of the site uses. Here an invisible frame takes its place:
// the script runs in the frame, and its messages are those of a worker.
if (location.protocol === 'file:') {
  window.Worker = class extends EventTarget {
    constructor(url) {
      super();
      this.frame = document.createElement('iframe');
      this.frame.hidden = true;
      document.body.append(this.frame);
      const inner = this.frame.contentWindow;
      this.started = new Promise((resolve) => { inner.started = resolve; });
      inner.answer = (data) => {
        const event = new MessageEvent('message', { data });
        this.dispatchEvent(event);
        this.onmessage?.(event);
      };
      inner.load = (addresses) => addresses.reduce((before, address) => before.then(() => new Promise((resolve, reject) => {
        const script = inner.document.createElement('script');
        Object.assign(script, { src: address, onload: resolve, onerror: reject });
        inner.document.body.append(script);
      })), Promise.resolve());
      inner.document.open();
      inner.document.write(`<body><script>
        postMessage = (data) => parent.setTimeout(() => answer(data));
        importScripts = (...addresses) => load(addresses);
        addEventListener('load', () => started());
        <\/script><script src="${new URL(url, location.href)}"><\/script>`);
      inner.document.close();
    }

    postMessage(data) {
      this.started.then(() => this.frame.contentWindow.dispatchEvent(new MessageEvent('message', { data })));
    }

    terminate() {
      this.frame.remove();
    }
  };
}
