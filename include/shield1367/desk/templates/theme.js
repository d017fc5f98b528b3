(() => {
  // As light or as dark as Airflow, which keeps what was chosen there in this browser; else as the system.
  const follow = () => {
    let theme = null;
    try { theme = localStorage.getItem("theme"); } catch { /* A browser that keeps nothing has chosen nothing. */ }
    document.documentElement.style.colorScheme = ["dark", "light"].includes(theme) ? theme : "";
  };
  follow();
  addEventListener("storage", follow);
})();
