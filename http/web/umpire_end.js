// Asks how a match ends and who wins, and gives the body of the `end` event.

import { el, setHidden } from "./dom.js";
import { sideName } from "./sport_common.js";
import { endingsOf } from "./umpire_actions.js";

export class EndDialog {
  // `ended(body, label)`.
  constructor(ended) {
    this.ended_ = ended;
  }

  open(state) {
    const endings = endingsOf(state.sport);
    const reason = el("select", { id: "end-reason" }, endings.map(({ value, label }) => el("option", { value, text: label })));
    const winner = el("select", { id: "end-winner" });
    const winnerRow = el("p", { class: "field" }, [el("label", { for: "end-winner", text: "Winner" }), winner]);
    const cancel = el("button", { type: "button", text: "Cancel" });
    const form = el("form", { class: "dialog-form" }, [
      el("h2", { id: "end-title", text: "End the match" }),
      el("label", { for: "end-reason", text: "How" }), reason, winnerRow,
      el("div", { class: "dialog-buttons" }, [cancel, el("button", { type: "submit", class: "primary", text: "End the match" })]),
    ]);
    const dialog = el("dialog", { class: "dialog", "aria-labelledby": "end-title" }, [form]);
    const follow = () => {
      const { winners } = endings.find(({ value }) => value === reason.value);
      winner.replaceChildren(
        ...(winners.includes("none") ? [el("option", { value: "", text: "Nobody" })] : []),
        ...(winners.includes("side") ? [1, 2].map((side) => el("option", { value: side, text: sideName(state, side) })) : []),
        ...(winners.includes("draw") ? [el("option", { value: "draw", text: "A draw" })] : []),
      );
      setHidden(winnerRow, winner.options.length < 2);
    };
    reason.addEventListener("change", follow);
    cancel.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => dialog.remove());
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const who = winner.value === "" ? null : winner.value === "draw" ? "draw" : Number(winner.value);
      this.ended_({ sport: state.sport, type: "end", reason: reason.value, winner: who }, reason.selectedOptions[0].textContent);
      dialog.close();
    });
    follow();
    document.body.append(dialog);
    dialog.showModal();
  }
}
