// The pages of lists: a file that is too long isn't sent, what was done is said, and dialogs give the focus back.
import { byId, say } from "/static/live.js";

const form = byId("send");
if (form) {
  const file = form.elements.file;
  for (const [name, over] of Object.entries({ dragenter: true, dragover: true, dragleave: false, drop: false }))
    file.addEventListener(name, () => file.classList.toggle("over", over));
  file.addEventListener("change", () => {
    const isTooLarge = file.files[0]?.size > Number(form.dataset.largest);
    file.setCustomValidity(isTooLarge ? form.dataset.tooLarge : "");
    file.reportValidity();
  });
  form.addEventListener("submit", () => {
    const button = form.querySelector("button");
    button.disabled = true;
    say(form.dataset.sending);
  });
  // A page that comes back from the browser's memory can be used again.
  addEventListener("pageshow", () => {
    form.querySelector("button").disabled = false;
  });
}

// The button that opened a dialog may have been swapped meanwhile: the one of its name is meant.
let opener = "";
document.addEventListener("click", ({ target }) => {
  opener = target.closest("[aria-haspopup]")?.id ?? opener;
});
byId("choice")?.addEventListener("close", () => byId(opener)?.focus());

document.addEventListener("said", ({ detail }) => say(byId("said").dataset[detail.value]));
// What she pressed may be gone: she goes on where its place was.
document.addEventListener("htmx:oobAfterSwap", ({ target }) => {
  if (target.id === "deeds" && document.activeElement === document.body) byId("deeds").querySelector("button")?.focus();
});
