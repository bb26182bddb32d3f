// A field above a table marked `searchable` that hides the rows without its words.
document.querySelectorAll(".searchable table").forEach((table) => {
  const field = document.createElement("input");
  field.type = "search";
  field.placeholder = "Words of the message";
  field.setAttribute("aria-label", "Words of the message");
  field.className = "md-input";
  field.addEventListener("input", () => {
    const words = field.value.toLowerCase().split(/\s+/);
    for (const row of table.tBodies[0].rows) {
      const text = row.textContent.toLowerCase();
      row.hidden = !words.every((word) => text.includes(word));
    }
  });
  table.before(field);
});
