// A login changes the token that guards forms; the page that keeps an editor's text takes the new one along.
document.getElementById("save-again")?.addEventListener("submit", (event) => {
  const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
  if (token) event.target.elements.csrfmiddlewaretoken.value = token[1];
});
