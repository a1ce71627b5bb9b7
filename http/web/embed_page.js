// The page /embed: the code to paste for one match, as a frame and as three lines of EventSource, with what each of them shows.

import { ConnectionBadge, keepAlive } from "./connection_badge.js";
import { el, frameBatch, setText } from "./dom.js";
import { EventStream, filterValue } from "./event_stream.js";
import { MatchStore } from "./match_store.js";
import { text } from "./sport_common.js";
import { titleOf } from "./sports.js";

const kBoard = "#0d3b2e";
const kAccent = "#e3fa6a";

const byId = (id) => document.getElementById(id);
const badge = new ConnectionBadge(byId("connection"));
const store = new MatchStore();
const wanted = new URLSearchParams(location.search).get("match");
let framed = "";
const requestDraw = frameBatch(draw);

const stream = new EventStream("/events/match-state", {
  onState: (state) => badge.show(state),
  onSnapshot: () => store.beginSnapshot(),
  onMessage: (state) => store.apply(state) && requestDraw(),
  onDelete: (id) => requestDraw(store.remove(id)),
  onLive() {
    store.endSnapshot();
    requestDraw();
  },
});

function draw() {
  fillMatches();
  const match = byId("match").value;
  const address = `${location.origin}/widget?${lookQuery(match)}`;
  setText(byId("frame-code"), `<iframe src="${address.replaceAll("&", "&amp;")}" title="Live score" width="420" height="280" loading="lazy" frameborder="0"></iframe>`);
  setText(byId("script-code"), [
    `const scores = new EventSource("${location.origin}/events/match-state?match=${filterValue(match)}");`,
    `scores.onmessage = (event) => (document.querySelector("#score").textContent = JSON.parse(event.data).summary);`,
    `scores.addEventListener("delete", () => scores.close());  // the match is forgotten, days after its end`,
  ].join("\n"));
  setText(byId("script-result"), text(store.get(match)?.summary) || "–");
  if (match && address !== framed) {
    framed = address;
    byId("frame").replaceChildren(el("iframe", { src: address, title: "Live score", width: 420, height: 280 }));
  }
}

// Only what differs from the widget's own look: a short address is easier to read.
function lookQuery(match) {
  const query = new URLSearchParams({ match });
  if (byId("theme").value !== "auto") query.set("theme", byId("theme").value);
  if (byId("board").value !== kBoard) query.set("board", byId("board").value.slice(1));
  if (byId("accent").value !== kAccent) query.set("accent", byId("accent").value.slice(1));
  return query;
}

// Live ones first, as on the scoreboard; the one in the address is chosen, and stays to be chosen before it is known.
function fillMatches() {
  const ids = store.arrange().flatMap((group) => group.competitions.flatMap((competition) => competition.ids));
  if (wanted && !ids.includes(wanted)) ids.unshift(wanted);
  const select = byId("match");
  const chosen = select.value || wanted || ids[0] || "";
  if ([...select.options].map((option) => option.value).join("\n") === ids.join("\n")) return;
  select.replaceChildren(...ids.map((id) => el("option", { value: id, text: store.get(id) ? titleOf(store.get(id)) : id })));
  select.value = chosen;
}

async function copy(button) {
  const code = byId(button.dataset.copy);
  try {
    await navigator.clipboard.writeText(code.textContent);
    setText(byId("said"), "Copied");
    setText(button, "Copied");
    setTimeout(() => setText(button, "Copy"), 2000);
  } catch {
    getSelection().selectAllChildren(code);  // no clipboard without HTTPS: then it is marked, for Ctrl-C
    setText(byId("said"), "The code is marked; copy it with your keyboard");
  }
}

for (const button of document.querySelectorAll("[data-copy]")) button.addEventListener("click", () => copy(button));
byId("choice").addEventListener("input", requestDraw);
byId("choice").addEventListener("submit", (event) => event.preventDefault());
keepAlive(() => stream);
stream.open();
