// The team lead's page: dialogs give the focus back, and a phone to take part in conversations with.
import { byId, say } from "/static/live.js";
import { Phone } from "/static/agent_phone.js";
import "/static/card.js";
import "/static/duties.js";

// The button that opened a dialog may have been swapped meanwhile: the one of its name is meant.
let opener = "";
document.addEventListener("click", ({ target }) => {
  opener = target.closest("[aria-haspopup]")?.id ?? opener;
});
byId("choice").addEventListener("close", () => byId(opener)?.focus());

const number = byId("my-phone");
if (number) {
  const phone = new Phone(byId("phone"));
  number.value = localStorage.getItem("my-phone") ?? "";
  number.addEventListener("change", () => localStorage.setItem("my-phone", number.value));
  byId("phone-here").addEventListener("click", async () => {
    try {
      await phone.open();
      number.value = phone.number;
    } catch (error) {
      say(error.message);
    }
  });
  byId("answer").addEventListener("click", () => phone.answer());
  byId("hang-up").addEventListener("click", () => phone.hangUp());
  await phone.find();
  byId("phone-here").hidden = !phone.number;
}
