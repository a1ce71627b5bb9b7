// One EventSource, followed in a page or in Node by the same code: what it told, in order, and what state it was left in.

import { EventSource } from "eventsource";

// Runs where there is an EventSource. Events until one of `until` has come ("live", "error", "match:m-1:3" for a version of a match), each as
// [type, data, lastEventId, readyState]; at most `patienceMs`.
function follow(Source, url, { until, withCredentials = false, patienceMs = 15000 }) {
  return new Promise((resolve) => {
    const told = [];
    const source = new Source(url, { withCredentials });
    const finish = (why) => {
      clearTimeout(late);
      const left = { told: [...told], why, readyState: source.readyState, url: source.url };
      source.close();
      resolve({ ...left, closed: source.readyState });
    };
    const late = setTimeout(() => finish("nothing more came"), patienceMs);
    const note = (event) => {
      told.push([event.type, event.data ?? "", event.lastEventId ?? "", source.readyState]);
      if (until === event.type) return finish(until);
      if (event.type !== "message" || !until.startsWith("match:")) return;
      const [, match, seq] = until.split(":");
      if (event.data.includes(`"match":"${match}"`) && event.data.includes(`"seq":${seq},`)) finish(until);
    };
    for (const type of ["open", "message", "live", "delete", "reset", "error"]) source.addEventListener(type, note);
  });
}

export const inNode = (url, options) => follow(EventSource, url, options);

export const inPage = (page) => (url, options) => page.evaluate(`(${follow})(EventSource, ${JSON.stringify(url)}, ${JSON.stringify(options)})`);

export const types = (followed) => followed.told.map(([type]) => type);
export const messages = (followed) => followed.told.filter(([type]) => type === "message").map(([, data]) => data);
