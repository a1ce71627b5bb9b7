// The page /umpire: choose a match that is on, or start one; then /umpire?match=… is its desk.

import { ConnectionBadge, keepAlive } from "./connection_badge.js";
import { el, frameBatch, setChildren, setHidden, setText } from "./dom.js";
import { EventStream } from "./event_stream.js";
import { competitionOf, MatchStore } from "./match_store.js";
import { text } from "./sport_common.js";
import { sportOf, titleOf } from "./sports.js";
import { UmpireDesk } from "./umpire_desk.js";
import { StartForm } from "./umpire_start.js";
import { UmpireStorage } from "./umpire_storage.js";

const byId = (id) => document.getElementById(id);
const badge = new ConnectionBadge(byId("connection"));
const store = new MatchStore();
let desk = null;
let stream = null;  // of all matches, while one is being chosen

byId("start").append(new StartForm((match, body, sport) => open(match, { sport, body })).element);

// `start` is the body of a start event, for a match that has none yet.
function open(match, { sport = "", body = null } = {}) {
  if (!match) return;
  const query = new URLSearchParams({ match, ...(sport === "arcade" ? { sport } : {}) });
  history.pushState(null, "", `/umpire?${query}`);
  show(body);
}

function show(start = null) {
  const parameters = new URLSearchParams(location.search);
  const match = parameters.get("match") || null;  // an empty one names none
  desk?.close();
  desk = null;
  stream?.close();
  stream = null;
  setHidden(byId("choose"), match !== null);
  setHidden(byId("desk"), match === null);
  if (match !== null) {
    desk = new UmpireDesk(match, { sport: parameters.get("sport") ?? "", start, badge });
    byId("desk-title").focus();
    return;
  }
  document.title = "Matchpoint · Umpire";
  followAll();
}

function followAll() {
  let synced = false;
  const draw = frameBatch(() => drawChoices(synced));
  stream = new EventStream("/events/match-state", {
    onState: (state) => badge.show(state),
    onSnapshot: () => store.beginSnapshot(),
    onMessage: (state) => store.apply(state) && draw(),
    onDelete: (id) => draw(store.remove(id)),
    onLive() {
      store.endSnapshot();
      synced = true;
      draw();
    },
  });
  stream.open();
}

function drawChoices(synced) {
  const live = store.arrange({ status: "live" }).flatMap((group) => group.competitions.flatMap((competition) => competition.ids)).map((id) => store.get(id));
  const left = UmpireStorage.matches().filter((id) => !live.some((state) => state.match === id));
  const items = [
    ...left.map((id) => choice(id, `Match ${id}`, "Outcomes of yours wait here")),
    ...live.map((state) => choice(state.match, titleOf(state), [sportOf(state.sport).name, competitionOf(state), text(state.summary)].filter(Boolean).join(" · "))),
  ];
  setHidden(byId("choose-empty"), items.length > 0);
  setText(byId("choose-empty"), synced ? "No match is on. Start one here." : "Waiting for the matches…");
  const focused = document.activeElement?.dataset.match;
  setChildren(byId("choices"), items);
  if (focused) byId("choices").querySelector(`[data-match="${CSS.escape(focused)}"]`)?.focus();
}

function choice(match, title, what) {
  const link = el("a", { href: `/umpire?${new URLSearchParams({ match })}`, "data-match": match }, [el("bdi", { class: "choice-title", text: title }), el("span", { class: "choice-what", text: what })]);
  return el("li", {}, [link]);
}

function followLink(event) {
  const link = event.target.closest?.("a");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button > 0) return;
  event.preventDefault();
  history.pushState(null, "", link.getAttribute("href"));
  show();
}

byId("choices").addEventListener("click", followLink);
byId("leave").addEventListener("click", followLink);
addEventListener("popstate", () => show());
addEventListener("pagehide", () => desk?.leave());
addEventListener("pageshow", (event) => event.persisted && show());  // what waited was let go of when the page went
addEventListener("online", () => desk?.retryNow());
keepAlive(() => [stream, desk?.stream]);
show();
