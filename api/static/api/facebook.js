// The Facebook panel is kept apart from the page's form: saving it saves nothing else, and loses nothing typed there.
async function keep(button) {
  const panel = button.closest("[data-facebook]");
  const data = new FormData();
  for (const field of panel.querySelectorAll("[name]")) {
    if (field.type !== "checkbox" || field.checked) data.append(field.name, field.value);
  }
  data.append("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]").value);
  button.disabled = true;
  try {
    const answer = await fetch(button.dataset.facebookKeep, {
      method: "POST", body: data, headers: { "X-Requested-With": "XMLHttpRequest" },
    });
    if (!answer.ok) throw new Error(answer.statusText);
    panel.outerHTML = await answer.text();
    document.querySelector("[data-facebook] [data-facebook-said]").focus();
  } catch {
    panel.querySelector("[data-facebook-failed]").hidden = false;
    button.disabled = false;
  }
}

async function copy(button) {
  const field = document.getElementById(button.dataset.copy);
  await navigator.clipboard.writeText(field.value);
  field.select();
  button.textContent = button.dataset.copied;
}

document.addEventListener("click", (event) => {
  const keeping = event.target.closest("[data-facebook-keep]");
  const copying = event.target.closest("[data-copy]");
  if (keeping) keep(keeping);
  if (copying) copy(copying);
});
