
(() => {
  const button = document.getElementById("copy");
  const command = document.querySelector(".command pre");
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(command.textContent);
      button.textContent = "Copied";
    } catch {  // a file may not write to the clipboard everywhere: then the reader copies what is marked
      getSelection().selectAllChildren(command);
      button.textContent = "Marked";
    }
    setTimeout(() => { button.textContent = "Copy"; }, 2000);
  });
})();
